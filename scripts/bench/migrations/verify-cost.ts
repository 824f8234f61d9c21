import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '../../adapters/shell';
import { LOCK_FILE } from '../../domain/migration/fingerprint-lock';
import type { DatabaseServer } from '../../rehearsal/database-lab/database-server';
import { Samples } from '../samples';
import { slipwayCommand } from './clients';
import { measure } from './process-run';

export interface VerifyCost {
  /** Median time of a proof against the median time of the plain runs. */
  readonly ratio: number;
  readonly text: string;
}

const SCHEMA = 'bench';
const OLD_MIGRATIONS = 30;
const TABLES_EACH = 10;

/**
 * What the proof of one new migration costs on a schema of 300 tables, for somebody who writes it: `verify --base`, whose
 * schema an earlier run has built, against nothing but up, down and up of that migration on such a schema.
 */
export async function verifyCost(server: DatabaseServer, root: string, rounds: number): Promise<VerifyCost> {
  const folder = path.join(root, 'migrations');
  const lock = path.join(folder, LOCK_FILE);
  const at = ['--url', server.urlOf(SCHEMA)];
  writeOldMigrations(folder);
  await server.createSchema(SCHEMA);
  await timed(root, [slipwayCommand('verify', '--write', ...at), slipwayCommand('up', ...at)]);
  const known = readFileSync(lock);
  writeNewest(folder);
  const verify = [slipwayCommand('verify', '--base', '--write', ...at)];
  const plain = [
    slipwayCommand('up', ...at),
    slipwayCommand('down', '--to', `${OLD_MIGRATIONS}`, '--yes', ...at),
    slipwayCommand('up', ...at),
  ];
  const building = await timed(root, verify);
  const [verified, done]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    // What the lock does not know is new, and only that is proven.
    writeFileSync(lock, known);
    verified.push(await timed(root, verify));
    done.push(await timed(root, plain));
    await timed(root, [slipwayCommand('down', '--to', `${OLD_MIGRATIONS}`, '--yes', ...at)]);
  }
  const [proved, ran] = [new Samples(verified), new Samples(done)];
  const seconds = ({ median, least, most }: Samples) =>
    `${(median / 1_000).toFixed(2)} s (${(least / 1_000).toFixed(2)}-${(most / 1_000).toFixed(2)})`;
  return {
    ratio: proved.median / ran.median,
    text:
      `verify of one migration on ${OLD_MIGRATIONS * TABLES_EACH} tables: ${seconds(proved)}, the first time, which ` +
      `builds them, ${(building / 1_000).toFixed(2)} s; its up, down and up: ${seconds(ran)}`,
  };
}

async function timed(root: string, commands: readonly Command[]): Promise<number> {
  let milliseconds = 0;
  for (const command of commands) {
    const run = await measure(command, { env: { SLIPWAY_ROOT: root } });
    if (run.failure !== undefined) throw new Error(`${command.join(' ')} failed: ${run.failure}`);
    milliseconds += run.milliseconds;
  }
  return milliseconds;
}

function writeOldMigrations(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let n = 1; n <= OLD_MIGRATIONS; n++) {
    const tables = Array.from({ length: TABLES_EACH }, (_, place) => `part_${(n - 1) * TABLES_EACH + place + 1}`);
    write(
      folder,
      n,
      'tables',
      tables.map(create),
      tables.toReversed().map(table => `DROP TABLE ${table};`),
    );
  }
}

function writeNewest(folder: string): void {
  const up = 'ALTER TABLE part_150 ADD COLUMN note VARCHAR(80) NULL, ADD INDEX part_150_note (note);';
  const down = 'ALTER TABLE part_150 DROP INDEX part_150_note, DROP COLUMN note;';
  write(folder, OLD_MIGRATIONS + 1, 'newest', [up], [down]);
}

const create = (table: string) => `CREATE TABLE ${table} (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  owner_type VARCHAR(32) NOT NULL,
  owner_id INT UNSIGNED NOT NULL,
  title VARCHAR(128) NOT NULL DEFAULT '',
  body TEXT NULL,
  position SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  created_at DATETIME NOT NULL,
  UNIQUE KEY ${table}_position (owner_type, owner_id, position),
  KEY ${table}_created (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;`;

function write(folder: string, n: number, name: string, up: readonly string[], down: readonly string[]): void {
  writeFileSync(path.join(folder, `(${n}) ${name}.sql`), `${up.join('\n')}\n`);
  writeFileSync(path.join(folder, `(${n}) ${name}.rollback.sql`), `${down.join('\n')}\n`);
}
