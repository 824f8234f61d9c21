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
  /** TLS with the certificate authorities of RDS and a verified host name. */
  readonly tls: boolean;
}

const DEFAULT_PORT = 3306;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;
const EXAMPLE = 'mysql://user@host:3306/schema';

/**
 * Reads the URL of a schema. The password is the URL's, or MYSQL_PWD; whatever is not on this machine is reached by TLS only.
 * A unix socket is written `mysql://root@localhost/schema?socket=/run/mysqld/mysqld.sock`.
 */
export function databaseTarget(url: string, env: Readonly<NodeJS.ProcessEnv>): DatabaseTarget {
  const parsed = parse(url);
  const schema = decodeURIComponent(parsed.pathname.slice(1));
  const user = decodeURIComponent(parsed.username);
  if (parsed.protocol !== 'mysql:' || schema === '' || schema.includes('/') || user === '') throw unusable();
  const password = parsed.password === '' ? env['MYSQL_PWD'] : decodeURIComponent(parsed.password);
  const socketPath = parsed.searchParams.get('socket');
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port),
    user,
    schema,
    tls: socketPath === null && !LOOPBACK.test(parsed.hostname),
    ...(socketPath !== null && { socketPath }),
    ...(password !== undefined && { password }),
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
