import type { Duplex } from 'node:stream';
import { MigrationError } from '../domain/migration/migration-error';

/** Where a schema is, and how it is reached. */
export interface DatabaseTarget {
  readonly host: string;
  readonly port: number;
  /** Unix socket instead of host and port. */
  readonly socketPath?: string;
  readonly user: string;
  readonly password?: string;
  readonly schema: string;
  /** TLS with a verified host name. */
  readonly tls: boolean;
  /** File of the certificate authorities that are trusted. @default - those of RDS */
  readonly certificates?: string;
  /** Opens a way to `host` and `port` that is no connection of this machine's own. */
  readonly stream?: () => Duplex;
}

const DEFAULT_PORT = 3306;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;
const EXAMPLE = 'mysql://user@host:3306/schema';

/**
 * Reads the URL of a schema. The certificate authorities are those of RDS, or of the file in SLIPWAY_DATABASE_CA. The password is the URL's, or MYSQL_PWD; whatever is not on this machine is reached by TLS only.
 * A unix socket is written `mysql://root@localhost/schema?socket=/run/mysqld/mysqld.sock`.
 */
export function databaseTarget(url: string, env: Readonly<NodeJS.ProcessEnv>): DatabaseTarget {
  const parsed = parse(url);
  const schema = decodeURIComponent(parsed.pathname.slice(1));
  const user = decodeURIComponent(parsed.username);
  if (parsed.protocol !== 'mysql:' || schema === '' || schema.includes('/') || user === '') throw unusable();
  const password = parsed.password === '' ? env['MYSQL_PWD'] : decodeURIComponent(parsed.password);
  const socketPath = parsed.searchParams.get('socket');
  const certificates = env['SLIPWAY_DATABASE_CA'];
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port),
    user,
    schema,
    tls: socketPath === null && !LOOPBACK.test(parsed.hostname),
    ...(socketPath !== null && { socketPath }),
    ...(password !== undefined && { password }),
    ...(certificates !== undefined && { certificates }),
  };
}

/** The target as it may be shown to anybody. */
export function targetName({ host, port, socketPath, user, schema }: DatabaseTarget): string {
  return `${user}@${socketPath ?? `${host}:${port}`}/${schema}`;
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw unusable();
  }
}

/** Does not repeat the URL, which may hold a password. */
function unusable(): MigrationError {
  return new MigrationError(
    'usage',
    `the URL of the database is not usable; allowed is ${EXAMPLE} (password in MYSQL_PWD)`,
  );
}
