import type { Command } from 'commander';
import type { Run } from './action';

/** Registers the verbs that bring a commit to production. */
export function registerReleaseCommands(program: Command, run: Run): void {
  registerVersion(program, run);
}

function registerVersion(program: Command, run: Run): void {
  const version = program
    .command('version')
    .description('count versions')
    .addHelpText('after', '\nExample:\n  $ slipway version next');
  version
    .command('next')
    .description('what a release started now would be called, after asking the remote')
    .option('--hotfix <release>', 'the next hotfix of this release instead')
    .option('--reference <text>', 'letter or name of the hotfix, instead of the next letter')
    .addHelpText('after', '\nExample:\n  $ slipway version next --hotfix 16.03.1')
    .action((options: { hotfix?: string; reference?: string }) =>
      run(async context => (await import('./version')).versionNext(options)(context)),
    );
}
