import { randomBytes } from 'node:crypto';
import { MigrationError } from '../domain/migration/migration-error';
import { quoteName } from '../domain/migration/sql-name';
import { type MysqlSession, SESSION_SETTINGS } from './mysql-session';

/** Only schemas of this prefix are ever made or dropped here. */
const PREFIX = 'slipway_scratch_';
/** Of the environments' databases (stacks/), so that a table without a collation of its own gets the same one. */
const COLLATION = 'utf8mb4_unicode_ci';
/** The keeper is silent while migrations run. */
export const KEEPER_SETTINGS = 'SESSION wait_timeout = 86400, SESSION lock_wait_timeout = 30';
const ACCESS_DENIED = new Set([1044, 1045, 1142, 1227]);

/** A schema to try things in, and the session that works in it. */
export interface ScratchSchema {
  readonly name: string;
  readonly session: MysqlSession;
  /** Tables that are no part of what is tried. */
  readonly hidden: readonly string[];
  /** Back to a session that no migration has touched, in this schema. */
  clean(): Promise<void>;
}

/**
 * Gives `work` a schema that is made for it and dropped after it, whatever happens.
 *
 * A second session, the keeper, holds a lock of the schema's name as long as the schema is in use: it drops the schema
 * when the working session is broken, and what a killed run has left is known by its free lock and dropped by the next.
 *
 * @param open  opens a session on the server, in any schema
 */
export async function withScratchSchema<T>(
  open: () => Promise<MysqlSession>,
  work: (scratch: ScratchSchema) => Promise<T>,
): Promise<T> {
  const keeper = await open();
  const name = `${PREFIX}${randomBytes(8).toString('hex')}`;
  try {
    await keeper.query(`SET ${KEEPER_SETTINGS}`);
    await dropAbandoned(keeper);
    await keeper.query('SELECT GET_LOCK(?, 0)', [name]);
    await createSchema(keeper, name);
    let session: MysqlSession | undefined;
    try {
      session = await open();
      const scratch = scratchOf(name, session);
      await scratch.clean();
      return await work(scratch);
    } finally {
      session?.destroy();
      await keeper.execute(`DROP DATABASE IF EXISTS ${quoteName(name)}`);
    }
  } finally {
    await keeper.end();
  }
}

export function scratchOf(name: string, session: MysqlSession): ScratchSchema {
  return {
    name,
    session,
    hidden: [],
    clean: async () => {
      await session.reset();
      await session.query(`SET ${SESSION_SETTINGS}`);
      await session.query(`USE ${quoteName(name)}`);
    },
  };
}

/** @throws MigrationError with the right that is missing */
export async function createSchema(keeper: MysqlSession, name: string): Promise<void> {
  try {
    await keeper.execute(`CREATE DATABASE ${quoteName(name)} COLLATE ${COLLATION}`);
  } catch (error) {
    const errno = (error as { errno?: number }).errno;
    if (errno === undefined || !ACCESS_DENIED.has(errno)) throw error;
    const allowed = `GRANT ALL ON \`${name.replace(/[^_]+$/, '').replaceAll('_', '\\_')}%\`.* TO the user`;
    throw new MigrationError(
      'connection',
      `no schema to try migrations in can be made on this server; let it: ${allowed}`,
      {
        cause: error,
      },
    );
  }
}

async function dropAbandoned(keeper: MysqlSession): Promise<void> {
  const schemas = await keeper.query<{ name: string }>(
    'SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, ?) = ?',
    [PREFIX.length, PREFIX],
  );
  for (const { name } of schemas) {
    // Taken, not asked for: whoever has just made the schema holds its lock already.
    const [lock] = await keeper.query<{ taken: number | null }>('SELECT GET_LOCK(?, 0) AS taken', [name]);
    if (lock?.taken !== 1) continue;
    await keeper.execute(`DROP DATABASE IF EXISTS ${quoteName(name)}`);
    await keeper.query('SELECT RELEASE_LOCK(?)', [name]);
  }
}
