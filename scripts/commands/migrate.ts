import { type Command, InvalidArgumentError } from 'commander';
import type { Run } from './action';
import { count, type DatabaseArguments, on, withDatabase, withFolder } from './migrate/arguments';
import { registerMigrationCommand, registerMigrationLab } from './migrate/framework';
import { registerMigrationProofs } from './migrate/proofs';
import type { Verdict } from '../migration/runner';
import { REPORT_HOURS, WAIT_SECONDS } from './migrate/defaults';

interface Waiting extends DatabaseArguments {
  readonly wait: number;
}

interface Up {
  readonly to?: number;
  readonly release?: string;
  readonly allowAhead: boolean;
  readonly acceptDrift: boolean;
  readonly report?: string;
  readonly requireReport?: string;
  readonly maxReportAge: number;
}

interface Down {
  readonly to: number;
  readonly acceptLoss: boolean;
  readonly fromFile: boolean;
  readonly acceptDrift: boolean;
  readonly yes: boolean;
}

interface Verdicts {
  readonly done?: boolean | undefined;
  readonly notDone?: boolean | undefined;
  readonly applied?: boolean | undefined;
  readonly undone?: boolean | undefined;
}

/** Registers `migrate` and its subcommands. */
export function registerMigrateCommands(program: Command, run: Run): void {
  const migrate = program
    .command('migrate')
    .description('change the schema: numbered scripts, each with its rollback')
    .addHelpText(
      'after',
      '\nExamples:\n  $ slipway migrate up --url mysql://root@127.0.0.1:3306/webshop\n  $ slipway migrate up prod',
    );
  registerFiles(migrate, run);
  registerReading(migrate, run);
  registerRuns(migrate, run);
  registerRepairs(migrate, run);
  registerMigrationCommand(migrate, run);
  registerMigrationLab(migrate, run);
  registerMigrationProofs(migrate, run);
}

function withWait(command: Command): Command {
  return withDatabase(command).option(
    '--wait <seconds>',
    "how long to wait for somebody else's run",
    count,
    WAIT_SECONDS,
  );
}

function registerFiles(migrate: Command, run: Run): void {
  withFolder(migrate.command('new'))
    .description('write an empty pair of files with the next number')
    .argument('<name>', 'what changes, in lower case, e.g. "add locale"')
    .addHelpText('after', '\nExample:\n  $ slipway migrate new "add locale"')
    .action((name: string, options: { folder: string }) =>
      run(async context => (await import('./migrate/new')).newMigration({ name, ...options })(context)),
    );
  withFolder(migrate.command('check'))
    .description('check names, numbers, rollbacks and statements, without a server; exit 2 when one is wrong')
    .addHelpText('after', '\nExample:\n  $ slipway migrate check')
    .action((options: { folder: string }) =>
      run(async context => (await import('./migrate/check')).check(options)(context)),
    );
}

function registerReading(migrate: Command, run: Run): void {
  withDatabase(migrate.command('status'))
    .description('what is applied, half done and pending')
    .addHelpText('after', '\nExample:\n  $ slipway migrate status')
    .action((environment: string | undefined, options: DatabaseArguments) =>
      run(async context => (await import('./migrate/status')).status(on(environment, options))(context)),
    );
  withDatabase(migrate.command('plan'))
    .description('what `up` would run, statement by statement')
    .option('--to <number>', 'highest number to apply', count)
    .addHelpText('after', '\nExample:\n  $ slipway migrate plan')
    .action((environment: string | undefined, options: DatabaseArguments & { to?: number }) =>
      run(async context => (await import('./migrate/plan')).plan(on(environment, options))(context)),
    );
}

function registerRuns(migrate: Command, run: Run): void {
  withWait(migrate.command('up'))
    .description('apply what is not applied yet, in order')
    .option('--to <number>', 'highest number to apply', count)
    .option('--release <name>', 'release or commit that the files belong to, for the history')
    .option('--allow-ahead', 'the database may have migrations that the files do not', false)
    .option('--accept-drift', 'go on from a schema that was changed by hand', false)
    .option('--report <file>', 'on a clone of production: write what this run has shown')
    .option('--require-report <file>', 'on production: refuse what no such report covers')
    .option('--max-report-age <hours>', 'how old that report may be', count, REPORT_HOURS)
    .addHelpText('after', '\nExample:\n  $ slipway migrate up --require-report staging.json')
    .action((environment: string | undefined, { wait, ...options }: Waiting & Up) =>
      run(async context =>
        (await import('./migrate/up')).up({ ...on(environment, options), waitSeconds: wait })(context),
      ),
    );
  withWait(migrate.command('down'))
    .description('roll back everything above a number, the newest first')
    .requiredOption('--to <number>', 'highest number that stays; 0 rolls everything back', count)
    .option('--accept-loss', 'also roll back what is declared irreversible', false)
    .option('--from-file', 'use the rollbacks of the folder, not those that the database keeps', false)
    .option('--accept-drift', 'go on from a schema that was changed by hand', false)
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .addHelpText('after', '\nExample:\n  $ slipway migrate down --to 11')
    .action((environment: string | undefined, { wait, ...options }: Waiting & Down) =>
      run(async context =>
        (await import('./migrate/down')).down({ ...on(environment, options), waitSeconds: wait })(context),
      ),
    );
}

function registerRepairs(migrate: Command, run: Run): void {
  withWait(migrate.command('baseline').argument('<number>', 'N', count))
    .description('adopt a database whose schema is already that of migration N, after comparing it')
    .option('--release <name>', 'release or commit that the files belong to, for the history')
    .addHelpText('after', '\nExample:\n  $ slipway migrate baseline 12')
    .action((level: number, environment: string | undefined, { wait, ...options }: Waiting & { release?: string }) =>
      run(async context => {
        const where = on(environment, options);
        return (await import('./migrate/baseline')).baseline({ level, ...where, waitSeconds: wait })(context);
      }),
    );
  withWait(migrate.command('resolve').argument('<number>', 'number of the migration', count))
    .description('say what became of a statement that was in flight when a run ended')
    .option('--done', 'the statement in flight was done')
    .option('--not-done', 'it was not done')
    .option('--applied', 'the whole migration is in place, the rest of it by hand')
    .option('--undone', 'nothing of it is left, undone by hand')
    .addHelpText('after', '\nExample:\n  $ slipway migrate resolve 12 --not-done')
    .action((seq: number, environment: string | undefined, options: Waiting & Verdicts) =>
      run(async context => {
        const { done, notDone, applied, undone, wait, ...where } = options;
        const verdict = verdictOf({ done, notDone, applied, undone });
        const said = { ...on(environment, where), seq, verdict, waitSeconds: wait };
        return (await import('./migrate/resolve')).resolve(said)(context);
      }),
    );
  withWait(migrate.command('repair'))
    .description('accept that an applied file was edited; the reason stays in the log')
    .requiredOption('--accept-edit <number>', 'number of the migration', count)
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', '\nExample:\n  $ slipway migrate repair --accept-edit 7 --reason "only a comment"')
    .action((environment: string | undefined, { wait, ...options }: Waiting & { acceptEdit: number; reason: string }) =>
      run(async context => {
        const accepted = { ...on(environment, options), waitSeconds: wait };
        return (await import('./migrate/repair')).repair(accepted)(context);
      }),
    );
}

function verdictOf({ done, notDone, applied, undone }: Verdicts): Verdict {
  const said = [done && 'done', notDone && 'not done', applied && 'applied', undone && 'undone'].filter(word => word);
  const [verdict, second] = said;
  if (!verdict || second) throw new InvalidArgumentError('say one of --done, --not-done, --applied and --undone.');
  return verdict as Verdict;
}
