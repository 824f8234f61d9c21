import { MigrationError } from '../domain/migration/migration-error';
import { quoteName, quoteText } from '../domain/migration/sql-name';
import { SERVER_ERRORS, serverError } from './mysql-error';
import type { MysqlSession } from './mysql-session';
import { createSchema, KEEPER_SETTINGS, type ScratchSchema, scratchOf } from './scratch-schema';

/** Only schemas of this prefix are ever made or dropped here. */
const PREFIX = 'slipway_base_';
/** Says in the schema itself whether a run has left it in order. */
const MARK = 'slipway_base';

/** A schema that stays on the server, so that the next run need not build it again. */
export interface KeptSchema extends ScratchSchema {
  /** What `keep` was last told; undefined when the schema is new, or was left in the middle of something. */
  readonly fingerprint: string | undefined;
  /** Makes it anew, without anything in it. */
  empty(): Promise<void>;
  /** Lets the next run begin here; a schema for which this was not called is dropped. */
  keep(fingerprint: string): Promise<void>;
}

/**
 * Gives `work` the schema that is kept under a key, or an empty one. There is one at most on a server: those of other keys
 * are dropped, unless somebody works in them.
 *
 * @param key  16 hexadecimal digits, of what the schema is made of
 * @throws MigrationError `locked` when somebody else works in it
 */
export async function withKeptSchema<T>(
  open: () => Promise<MysqlSession>,
  key: string,
  work: (schema: KeptSchema) => Promise<T>,
): Promise<T> {
  const name = `${PREFIX}${key}`;
  const keeper = await open();
  try {
    await keeper.query(`SET ${KEEPER_SETTINGS}`);
    if (!(await lock(keeper, name))) {
      throw new MigrationError('locked', `somebody else works in ${name}; wait, or leave --base out`, {
        next: 'slipway migrate verify',
      });
    }
    await dropOthers(keeper, name);
    const fingerprint = await takeUp(keeper, name);
    const session = await open();
    const end: { kept: boolean } = { kept: false };
    try {
      const scratch = scratchOf(name, session);
      if (fingerprint === undefined) await createAnew(keeper, name);
      await scratch.clean();
      return await work({
        ...scratch,
        hidden: [MARK],
        fingerprint,
        empty: async () => {
          await createAnew(keeper, name);
          await scratch.clean();
        },
        keep: async left => {
          await keeper.execute(`REPLACE INTO ${mark(name)} VALUES (1, ${quoteText(left)})`);
          end.kept = true;
        },
      });
    } finally {
      session.destroy();
      if (!end.kept) await keeper.execute(`DROP DATABASE IF EXISTS ${quoteName(name)}`);
    }
  } finally {
    await keeper.end();
  }
}

/** Reads the mark and removes it, so that a run that is killed leaves none. */
async function takeUp(keeper: MysqlSession, name: string): Promise<string | undefined> {
  try {
    const [row] = await keeper.query<{ fingerprint: string }>(`SELECT fingerprint FROM ${mark(name)}`);
    await keeper.execute(`DELETE FROM ${mark(name)}`);
    return row?.fingerprint;
  } catch (error) {
    const { errno } = serverError(error);
    if (errno === SERVER_ERRORS.unknownTable || errno === SERVER_ERRORS.unknownDatabase) return undefined;
    throw error;
  }
}

async function createAnew(keeper: MysqlSession, name: string): Promise<void> {
  await keeper.execute(`DROP DATABASE IF EXISTS ${quoteName(name)}`);
  await createSchema(keeper, name);
  await keeper.execute(`CREATE TABLE ${mark(name)} (id TINYINT PRIMARY KEY, fingerprint CHAR(64)) ENGINE=InnoDB`);
}

async function dropOthers(keeper: MysqlSession, name: string): Promise<void> {
  const schemas = await keeper.query<{ other: string }>(
    'SELECT SCHEMA_NAME AS other FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, ?) = ? AND SCHEMA_NAME <> ?',
    [PREFIX.length, PREFIX, name],
  );
  for (const { other } of schemas) {
    if (!(await lock(keeper, other))) continue;
    await keeper.execute(`DROP DATABASE IF EXISTS ${quoteName(other)}`);
    await keeper.query('SELECT RELEASE_LOCK(?)', [other]);
  }
}

async function lock(keeper: MysqlSession, name: string): Promise<boolean> {
  const [row] = await keeper.query<{ taken: number | null }>('SELECT GET_LOCK(?, 0) AS taken', [name]);
  return row?.taken === 1;
}

function mark(name: string): string {
  return `${quoteName(name)}.${MARK}`;
}
