import { resolve } from 'node:path';
import { type DatabaseTarget, databaseTarget } from '../../adapters/mysql-session';
import { onlineTool } from '../../adapters/online-tool';
import { SecondSignal } from '../../adapters/second-signal';
import { MigrationError } from '../../domain/migration/migration-error';
import { runnerPortsFor } from '../../migration/migration-runner-for';
import { MigrationRunner, type RunnerPorts } from '../../migration/runner';
import type { Action } from '../action';
import type { Context } from '../context';
import { type Answer, answering, type Report } from './answer';
import type { EnvironmentOptions } from './environment-database';

/** Options of the commands that read the files. */
export interface FolderOptions {
  /** Folder of the migrations, from the root of the project. */
  readonly folder: string;
}

/** Where the server of a throw-away schema is. */
export interface ServerOptions extends FolderOptions {
  /** @default SLIPWAY_DATABASE_URL */
  readonly url?: string;
}

/** Options of the commands that work on a database: that of a URL, or that of an environment. */
export interface DatabaseOptions extends ServerOptions, Partial<EnvironmentOptions> {}

export function folderOf({ folder }: FolderOptions, { root }: Context): string {
  return resolve(root, folder);
}

/** @throws MigrationError also for a password on the command line, where every user of the machine can read it */
export function targetOf({ url }: Pick<ServerOptions, 'url'>, { env }: Context): DatabaseTarget {
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

/** The frame of a command that works on a database. */
export function onDatabase(
  options: DatabaseOptions,
  work: (context: Context, target: DatabaseTarget, report: Report) => Promise<Answer>,
): Action {
  return answering((context, report) => withTarget(options, context, target => work(context, target, report)));
}

/** Gives `work` the database that is meant, for as long as it works. */
export async function withTarget<T>(
  { environment, ...options }: Omit<DatabaseOptions, 'folder'>,
  context: Context,
  work: (target: DatabaseTarget) => Promise<T>,
): Promise<T> {
  if (environment === undefined) return work(targetOf(options, context));
  if (options.url !== undefined) {
    throw new MigrationError('usage', `both ${environment} and --url name a database; leave one of them out`);
  }
  // It brings the AWS SDK, which takes longer to load than most migrations to run.
  const { withEnvironmentDatabase } = await import('./environment-database');
  return withEnvironmentDatabase({ ...options, environment }, context, work);
}

/** Gives `work` a runner that stops at the first request and ends the statement in flight at the second. */
export async function withRunner<T>(
  target: DatabaseTarget,
  options: FolderOptions & { readonly release?: string },
  context: Context,
  work: (runner: MigrationRunner) => Promise<T>,
  ports: Partial<RunnerPorts> = {},
): Promise<T> {
  return withPorts(target, options, context, own => work(new MigrationRunner({ ...own, ...ports })));
}

/** Gives `work` what a run needs of the world. */
export async function withPorts<T>(
  target: DatabaseTarget,
  options: FolderOptions & { readonly release?: string },
  context: Context,
  work: (ports: RunnerPorts) => Promise<T>,
): Promise<T> {
  const second = new SecondSignal();
  const { release } = options;
  try {
    return await work(
      runnerPortsFor({
        target,
        folder: folderOf(options, context),
        log: line => context.output.log(line),
        now: context.now,
        stop: context.signal,
        kill: second.signal,
        online: onlineTool(target, context.shell, line => context.output.log(line)),
        ...(release !== undefined && { release }),
      }),
    );
  } finally {
    second.close();
  }
}
