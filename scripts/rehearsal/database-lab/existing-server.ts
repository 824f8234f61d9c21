import { type Connection, createConnection } from 'mysql2/promise';
import { SlipwayError } from '../../domain/slipway-error';
import type { DatabaseServer } from './database-server';
import type { DatabaseKind } from './programs';

/**
 * A server that somebody else runs, such as a service container of CI, in the place of one of our own. Its user must be
 * allowed to make schemas, and a schema that a test asks for is dropped first: never name a server that people use.
 *
 * @param address  URL of the server without a schema, e.g. `mysql://root:secret@127.0.0.1:3306/`
 * @throws SlipwayError when the server does not answer
 */
export async function existingDatabase(kind: DatabaseKind, address: string): Promise<DatabaseServer> {
  const base = new URL(address);
  const urlOf = (schema = '') => {
    const url = new URL(base);
    url.pathname = `/${schema}`;
    return url.href;
  };
  const connect = (schema?: string): Promise<Connection> =>
    createConnection({ uri: urlOf(schema), multipleStatements: true });
  const refuse = () =>
    Promise.reject(new SlipwayError(`the server at ${base.host} is not ours to kill; unset SLIPWAY_TEST_MYSQL_URL`));
  const made = new Set<string>();

  const admin = await connect().catch((error: unknown) => {
    throw new SlipwayError(
      `the server at ${base.host} does not answer: ${String(error)}; check SLIPWAY_TEST_MYSQL_URL`,
    );
  });
  const [rows] = await admin.query('SELECT VERSION() AS version');
  return {
    kind,
    version: (rows as { version: string }[])[0]?.version ?? '',
    host: base.hostname,
    port: Number(base.port || 3306),
    pid: undefined,
    socket: undefined,
    client: undefined,
    urlOf,
    connect,
    createSchema: async name => {
      made.add(name);
      await admin.query(`DROP DATABASE IF EXISTS \`${name}\`; CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
      return urlOf(name);
    },
    kill: refuse,
    restart: refuse,
    release: () => undefined,
    stop: async () => {
      for (const name of made) await admin.query(`DROP DATABASE IF EXISTS \`${name}\``);
      await admin.end();
    },
  };
}
