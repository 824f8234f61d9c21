import { createHash } from 'node:crypto';
import { portable } from './fingerprint-portable';
import { familyOf, type SchemaModel } from './fingerprint-schema';
import { schemaText } from './fingerprint-text';
import type { Finding } from './lint-finding';
import type { Migration } from './migration-files';
import { renderDifferences, schemaDifferences } from './schema-diff';

/** Name of the file in the folder of migrations. */
export const LOCK_FILE = 'schema.lock';

/** The schema after the last migration, as it is committed beside the migrations for a review to see. */
export interface SchemaLock {
  /** The kind of server that it was written on, e.g. `mysql 9`. */
  readonly family: string;
  /** Hash of both files of a migration, by number. */
  readonly migrations: ReadonlyMap<number, string>;
  readonly text: string;
}

const HEAD = [
  '# The schema after the last migration, for reviews. Written by: slipway migrate verify --write',
  '# A pull request that changes a migration changes the lines below; do not edit them by hand.',
];
const WRITE = 'slipway migrate verify --write';

/** A migration whose pair of files is not the one that the lock was written for. */
export function isNewTo(lock: SchemaLock | undefined, migration: Migration): boolean {
  return lock?.migrations.get(migration.seq) !== pairHash(migration);
}

/** What a schema is made of, as 16 hexadecimal digits. */
export function baseKey(migrations: readonly Migration[]): string {
  const hash = createHash('sha256');
  for (const migration of migrations) hash.update(`${migration.seq} ${pairHash(migration)}\n`);
  return hash.digest('hex').slice(0, 16);
}

export function renderLock(migrations: readonly Migration[], schema: SchemaModel): string {
  return [
    ...HEAD,
    `# server ${familyOf(schema.header)}`,
    ...migrations.map(migration => `# (${migration.seq}) ${migration.name} ${pairHash(migration)}`),
    '',
    lockText(schema),
  ].join('\n');
}

/** Reads what `renderLock` wrote; what somebody else wrote gives an empty lock, to which everything is new. */
export function parseLock(file: string): SchemaLock {
  const lines = file.replaceAll('\r\n', '\n').split('\n');
  const migrations = lines.flatMap((line): [number, string][] => {
    const match = /^# \((\d+)\) .* ([0-9a-f]{64})$/.exec(line);
    return match ? [[Number(match[1]), match[2] ?? '']] : [];
  });
  return {
    family: lines.find(line => line.startsWith('# server '))?.slice('# server '.length) ?? '',
    migrations: new Map(migrations),
    text:
      lines
        .filter(line => !line.startsWith('#'))
        .join('\n')
        .trim() + '\n',
  };
}

/** What the committed lock does not say as it is now. */
export function lockFindings(
  lock: SchemaLock | undefined,
  migrations: readonly Migration[],
  schema: SchemaModel,
): Finding[] {
  const place = { file: LOCK_FILE, line: 1, next: `${WRITE}, and commit ${LOCK_FILE}` };
  if (lock === undefined) {
    const message = 'is missing, so that a review does not see what a migration does to the schema';
    return [{ ...place, level: 'refused', rule: 'lock', message, lines: [] }];
  }
  const stale = migrations.filter(migration => isNewTo(lock, migration));
  const gone = [...lock.migrations.keys()].filter(seq => !migrations.some(migration => migration.seq === seq));
  const files = [...stale.map(({ up }) => `+ ${up.name}`), ...gone.map(seq => `- (${seq})`)];
  const differences = schemaDifferences(lock.text, lockText(schema));
  const lines = [...files, ...renderDifferences(differences)];
  if (lines.length === 0) return [];
  const family = familyOf(schema.header);
  if (files.length === 0 && lock.family !== family) {
    const message = `was written on ${lock.family}; that ${family} has it otherwise may be spelling (- in the file, + here)`;
    return [{ ...place, level: 'note', rule: 'lock', message, lines, next: `verify on ${lock.family} as well` }];
  }
  const message = 'is not the schema after the last migration (- in the file, + now)';
  return [{ ...place, level: 'refused', rule: 'lock', message, lines }];
}

/** The same on both brands, as far as that can be had. */
function lockText(schema: SchemaModel): string {
  return schemaText(portable(schema));
}

function pairHash({ up, down }: Migration): string {
  return createHash('sha256').update(`${up.sha256} ${down.sha256}`).digest('hex');
}
