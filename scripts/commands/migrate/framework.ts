import { type Command, Option } from 'commander';
import { type DatabaseKind, DATABASE_KINDS } from '../../rehearsal/database-lab/programs';
import type { Run } from '../action';
import { count, withServer } from './arguments';
import { WAIT_SECONDS } from './defaults';

interface Options {
  readonly url?: string;
  readonly folder: string;
  readonly wait: number;
  readonly release?: string;
}

/** Registers `migrate lab`, a server to try things on. */
export function registerMigrationLab(migrate: Command, run: Run): void {
  migrate
    .command('lab')
    .description('start a real MariaDB or MySQL to try migrations on, without root, and print how to use it')
    .addOption(new Option('--kind <name>', 'which server').choices(DATABASE_KINDS).default('mariadb'))
    .option('--end', 'end it, and remove its data', false)
    .addHelpText('after', '\nExample:\n  $ slipway migrate lab --kind mysql')
    .action((options: { kind: DatabaseKind; end: boolean }) =>
      run(async context => (await import('./lab')).lab(options)(context)),
    );
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
