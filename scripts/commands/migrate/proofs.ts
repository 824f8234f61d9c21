import type { Command } from 'commander';
import type { Run } from '../action';
import { count, type DatabaseArguments, on, withDatabase, withServer, withWay } from './arguments';

interface Database {
  readonly url?: string;
  readonly folder: string;
}

/** Registers the subcommands that try migrations in a scratch schema or look at a schema: `verify`, `lint`, `snapshot`. */
export function registerMigrationProofs(migrate: Command, run: Run): void {
  withServer(migrate.command('verify'))
    .description('prove on a scratch schema that every rollback reverts; exit 8 or 9 when one does not')
    .option('--all', 'every migration, not only those that schema.lock does not know', false)
    .option('--write', 'write schema.lock instead of comparing with it', false)
    .option('--base', 'begin on a kept schema of the known migrations: quick, but not down to nothing', false)
    .addHelpText('after', '\nExample:\n  $ slipway migrate verify --url mysql://root@127.0.0.1:3306/mysql --write')
    .action((options: Database & { all: boolean; write: boolean; base: boolean }) =>
      run(async context => (await import('./verify')).verify(options)(context)),
    );
  withWay(withServer(migrate.command('lint')))
    .description('what the next migrations do to the running release, by asking a server; exit 9 when it is unsafe')
    .option('--since <number>', 'last migration of the running release', count)
    .option(
      '--sizes-from <where>',
      'database that the migrations are meant for, by URL or environment; it is only read',
    )
    .addHelpText('after', '\nExample:\n  $ slipway migrate lint --since 11')
    .action((options: Database & { since?: number; sizesFrom?: string; forward: boolean; identity?: string }) =>
      run(async context => (await import('./lint')).lint(options)(context)),
    );
  withDatabase(migrate.command('snapshot'))
    .description('print the schema as text, or what was changed by hand since the last run')
    .option('--check', 'compare with what the last run left; exit 9 when somebody has changed it', false)
    .option('--store', 'keep the schema as it is now as what the next run compares with', false)
    .addHelpText('after', '\nExample:\n  $ slipway migrate snapshot --check')
    .action((environment: string | undefined, options: DatabaseArguments & { check: boolean; store: boolean }) =>
      run(async context => (await import('./snapshot')).snapshot(on(environment, options))(context)),
    );
}
