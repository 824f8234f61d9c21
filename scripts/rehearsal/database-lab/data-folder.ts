import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SlipwayError } from '../../domain/slipway-error';
import type { DatabaseKind, DatabasePrograms } from './programs';

/** MariaDB's own list, in the order of its mariadb-install-db, which is a script for the machine's own libraries. */
const MARIADB_SYSTEM_TABLES = [
  'mysql_system_tables.sql',
  'mysql_performance_tables.sql',
  'mysql_system_tables_data.sql',
  'maria_add_gis_sp_bootstrap.sql',
  'mysql_sys_schema.sql',
];

/** Folder beside a data folder. */
const temporaryTables = (folder: string) => `${folder}.tmp`;

/** Arguments that both servers need wherever they are started. */
export function baseArguments(programs: DatabasePrograms, folder: string): string[] {
  return [
    '--no-defaults',
    `--basedir=${path.join(programs.root, 'usr')}`,
    `--datadir=${folder}`,
    // Not the machine's: a MariaDB that starts removes the temporary tables that it finds there, those of other servers too.
    `--tmpdir=${temporaryTables(folder)}`,
    // As root a server refuses to start unless it is told that this is meant.
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
}

/** Makes an empty data folder, in which `root` without a password is the only user, reachable from this machine only. */
export function makeDataFolder(kind: DatabaseKind, programs: DatabasePrograms, folder: string): void {
  mkdirSync(folder, { recursive: true });
  mkdirSync(temporaryTables(folder));
  const shared = baseArguments(programs, folder);
  const made =
    kind === 'mysql'
      ? spawnSync(programs.server, [...shared, '--initialize-insecure'], { encoding: 'utf8' })
      : spawnSync(programs.server, [...shared, '--bootstrap', '--max-allowed-packet=8M', '--net-buffer-length=16K'], {
          encoding: 'utf8',
          input: mariadbSystemTables(programs),
        });
  if (made.status === 0) return;
  throw new SlipwayError(`${programs.server} could not make its data folder ${folder}: ${reasonOf(made)}`);
}

/** The server's errors on one line; the last of them may say no more than that it ends. */
function reasonOf({ stderr, error }: SpawnSyncReturns<string>): string {
  const lines = stderr.trim().split('\n');
  const errors = lines.filter(line => line.includes('ERROR'));
  return (errors.length > 0 ? errors : lines.slice(-1)).join(' | ') || (error?.message ?? '');
}

function mariadbSystemTables(programs: DatabasePrograms): string {
  const share = path.join(programs.root, 'usr', 'share', 'mysql');
  const files = MARIADB_SYSTEM_TABLES.map(file => readFileSync(path.join(share, file), 'utf8'));
  return [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    'SET @auth_root_socket=NULL;',
    'SET @skip_auth_anonymous=1;',
    ...files,
  ].join('\n');
}
