import type { Command } from 'commander';
import type { Run } from './action';

/** Registers the verbs that bring a commit to production. */
export function registerReleaseCommands(program: Command, run: Run): void {
  registerVersion(program, run);
  registerBump(program, run);
  registerFinalize(program, run);
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

function registerBump(program: Command, run: Run): void {
  program
    .command('bump')
    .description('write a version into the configured files, formatting kept; --check: exit 9 when they disagree')
    .argument('[version]', 'e.g. 202611.3')
    .option('--check', 'only compare what the files say', false)
    .addHelpText('after', '\nExample:\n  $ slipway bump 202611.3')
    .action((version: string | undefined, { check }: { check: boolean }) =>
      run(async context =>
        (await import('./bump')).bump({ check, ...(version !== undefined && { version }) })(context),
      ),
    );
}

function registerFinalize(program: Command, run: Run): void {
  program
    .command('finalize')
    .description('merge a release or hotfix into the branches, tag it and remove its branch, in one push or not at all')
    .argument('<version>', 'e.g. 202611.3')
    .option('--edit', 'open the editor for the message of each merge', false)
    .addHelpText('after', '\nExample:\n  $ slipway finalize 202611.3')
    .action((version: string, { edit }: { edit: boolean }) =>
      run(async context => (await import('./finalize')).finalizeRelease({ version, edit })(context)),
    );
}
