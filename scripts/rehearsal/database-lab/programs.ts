import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export type DatabaseKind = 'mariadb' | 'mysql';

export const DATABASE_KINDS: readonly DatabaseKind[] = ['mariadb', 'mysql'];

/** What to type to get the servers. */
export const INSTALL_DATABASES = 'scripts/rehearsal/database-lab/install.sh';

/** The programs of one server, as `install.sh` has unpacked them. */
export interface DatabasePrograms {
  /** Folder that holds them: the server's base folder is `usr` in it. */
  readonly root: string;
  readonly version: string;
  readonly server: string;
  /** The command line client that belongs to the server. */
  readonly client: string;
}

const NAMES: Readonly<Record<DatabaseKind, { readonly server: string; readonly client: string }>> = {
  mariadb: { server: 'mariadbd', client: 'mariadb' },
  mysql: { server: 'mysqld', client: 'mysql' },
};

/** The user's cache folder of slipway; `install.sh` computes the same one. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return path.join(env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'slipway');
}

/** The newest unpacked server of a kind; undefined when there is none. */
export function findPrograms(kind: DatabaseKind, cache: string): DatabasePrograms | undefined {
  if (!existsSync(cache)) return undefined;
  const prefix = `${kind}-`;
  const newest = readdirSync(cache)
    .filter(name => name.startsWith(prefix) && existsSync(path.join(cache, name, 'complete')))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
  if (newest === undefined) return undefined;
  const root = path.join(cache, newest);
  const { server, client } = NAMES[kind];
  return {
    root,
    version: newest.slice(prefix.length),
    server: path.join(root, 'bin', server),
    client: path.join(root, 'bin', client),
  };
}
