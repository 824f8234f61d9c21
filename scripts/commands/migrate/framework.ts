import type { Command } from 'commander';
import type { Run } from '../action';
import { count, withServer } from './arguments';

const WAIT_SECONDS = 60;

interface Options {
  readonly url?: string;
  readonly folder: string;
  readonly wait: number;
  readonly release?: string;
}

/** Registers `migrate run`, for applications that bring the migrations of a framework instead of SQL files. */
export function registerMigrationCommand(migrate: Command, run: Run): void {
  withServer(migrate.command('run'))
    .description("run a framework's own migrations, under the same lock and with its output in the log of the database")
    .argument('<command...>', 'program and arguments, after --')
    .option('--wait <seconds>', "how long to wait for somebody else's run", count, WAIT_SECONDS)
    .option('--release <name>', 'release or commit that the migrations belong to, for the log')
    .addHelpText('after', '\nExample:\n  $ slipway migrate run -- php artisan migrate --force')
    .action((command: string[], { wait, ...options }: Options) =>
      run(async context => (await import('./run')).runCommand({ ...options, command, waitSeconds: wait })(context)),
    );
}
