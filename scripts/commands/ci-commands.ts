import { type Command, InvalidArgumentError } from 'commander';
import type { Run } from './action';

/** A backup a day, and two hours for it to be made. */
const BACKUP_HOURS = 26;

/** Registers what the pipeline asks for besides a release, and what is asked of it. */
export function registerCiCommands(program: Command, run: Run): void {
  program
    .command('ci')
    .description('the pipeline')
    .addHelpText('after', '\nExample:\n  $ slipway ci check')
    .command('check')
    .description('which variables the contexts of CircleCI have and lack, by name; exit 10 when one is missing')
    .addHelpText('after', '\nExample:\n  $ slipway ci check')
    .action(() => run(async context => (await import('./ci-check')).ciCheck()(context)));
  program
    .command('backup')
    .description('the backups of the database')
    .addHelpText('after', '\nExample:\n  $ slipway backup check prod')
    .command('check')
    .description('exit 10 when the newest automated backup is too old, or there is none')
    .argument('<env>', 'e.g. prod')
    .option('--max-hours <hours>', 'how old it may be', parseHours, BACKUP_HOURS)
    .addHelpText('after', '\nExample:\n  $ slipway backup check prod')
    .action((environment: string, options: { maxHours: number }) =>
      run(async context => (await import('./backup')).backupCheck({ environment, ...options })(context)),
    );
}

/** Registers `assets publish`. */
export function registerAssetCommands(program: Command, run: Run): void {
  program
    .command('assets')
    .description('files that browsers fetch from the bucket')
    .addHelpText('after', '\nExample:\n  $ slipway assets publish 202611.3 --environment prod')
    .command('publish')
    .description("upload a release's assets, those with a hash in their name first; a deploy does it by itself")
    .argument('<version>', 'e.g. 202611.3')
    .requiredOption('--environment <name>', 'whose bucket, e.g. prod')
    .option('--prune', 'remove what none of the kept releases needs', false)
    .addHelpText('after', '\nExample:\n  $ slipway assets publish 202611.3 --environment prod')
    .action((version: string, options: { environment: string; prune: boolean }) =>
      run(async context => (await import('./assets')).assetsPublish({ version, ...options })(context)),
    );
}

function parseHours(value: string): number {
  const hours = Number(value);
  if (Number.isFinite(hours) && hours > 0) return hours;
  throw new InvalidArgumentError('allowed is a number of hours above 0.');
}
