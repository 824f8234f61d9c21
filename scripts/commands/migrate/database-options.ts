import { resolve } from 'node:path';
import { type DatabaseTarget, databaseTarget } from '../../adapters/mysql-session';
import { SecondSignal } from '../../adapters/second-signal';
import { MigrationError } from '../../domain/migration/migration-error';
import { migrationRunnerFor } from '../../migration/migration-runner-for';
import type { MigrationRunner, RunnerPorts } from '../../migration/runner';
import type { Context } from '../context';

/** Options of the commands that read the files. */
export interface FolderOptions {
  /** Folder of the migrations, from the root of the project. */
  readonly folder: string;
}

/** Options of the commands that need a server. */
export interface DatabaseOptions extends FolderOptions {
  /** @default SLIPWAY_DATABASE_URL */
  readonly url?: string;
}

export function folderOf({ folder }: FolderOptions, { root }: Context): string {
  return resolve(root, folder);
}

/** @throws MigrationError also for a password on the command line, where every user of the machine can read it */
export function targetOf({ url }: Pick<DatabaseOptions, 'url'>, { env }: Context): DatabaseTarget {
  if (url !== undefined && /^[^/]*\/\/[^/@]*:[^/@]*@/.test(url)) {
    throw new MigrationError(
      'usage',
      '--url holds a password, which everybody on this machine can read; put it into MYSQL_PWD, or the URL into SLIPWAY_DATABASE_URL',
    );
  }
  const found = url ?? env['SLIPWAY_DATABASE_URL'];
  if (found === undefined) {
    throw new MigrationError(
      'usage',
      'no database is named; add --url mysql://user@host:3306/schema, or set SLIPWAY_DATABASE_URL',
    );
  }
  return databaseTarget(found, env);
}

/** Gives `work` a runner that stops at the first request and ends the statement in flight at the second. */
export async function withRunner<T>(
  options: DatabaseOptions & { readonly release?: string },
  context: Context,
  work: (runner: MigrationRunner) => Promise<T>,
  ports: Partial<RunnerPorts> = {},
): Promise<T> {
  const second = new SecondSignal();
  const { release } = options;
  try {
    return await work(
      migrationRunnerFor({
        target: targetOf(options, context),
        folder: folderOf(options, context),
        log: line => context.output.log(line),
        now: context.now,
        stop: context.signal,
        kill: second.signal,
        ...(release !== undefined && { release }),
        ...ports,
      }),
    );
  } finally {
    second.close();
  }
}
