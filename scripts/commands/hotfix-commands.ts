import type { Command } from 'commander';
import type { Run } from './action';
import { collect } from './collect';
import type { HotfixDeployOptions } from './deploy/hotfix-deploy';

interface FinishFlags {
  readonly edit: boolean;
  readonly override: readonly string[];
  readonly reason?: string;
}

/** Registers `hotfix` and its subcommands. */
export function registerHotfixCommands(program: Command, run: Run): void {
  const hotfix = program
    .command('hotfix')
    .description('mend a release that is in production, on a branch of its own')
    .addHelpText('after', '\nExample:\n  $ slipway hotfix start 16.03.1');
  registerWork(hotfix, run);
  hotfix
    .command('deploy')
    .description('build what was pushed, unless it is there, and bring it into the release that runs')
    .argument('[env]', 'environment (default: production of the data)')
    .option('--yes', 'do not ask; needed where there is no terminal', false)
    .option('--identity <file>', 'private key of the deploy account, instead of the keys of the agent')
    .option('--report <file>', 'what a run of the pending migrations on a clone has shown')
    .option('--override <guard>', 'set aside what objects (may be repeated)', collect, [])
    .option('--reason <text>', 'why; needed with --override')
    .addHelpText('after', '\nExample:\n  $ slipway hotfix deploy prod')
    .action((environment: string | undefined, options: HotfixDeployOptions) =>
      run(async context =>
        (await import('./deploy/hotfix-deploy')).hotfixDeploy({
          ...options,
          ...(environment !== undefined && { environment }),
        })(context),
      ),
    );
  hotfix
    .command('finish')
    .description('when production runs it: merge, tag and remove its branch, in one push; may be run again')
    .argument('[version]', 'the hotfix (default: that of the branch)')
    .option('--edit', 'open the editor for the message of each merge', false)
    .option('--override <guard>', 'set aside what objects: not-live', collect, [])
    .option('--reason <text>', 'why; needed with --override')
    .addHelpText('after', '\nExample:\n  $ slipway hotfix finish')
    .action((version: string | undefined, options: FinishFlags) =>
      run(async context =>
        (await import('./hotfix')).hotfixFinish({ ...options, ...(version !== undefined && { version }) })(context),
      ),
    );
}

function registerWork(hotfix: Command, run: Run): void {
  hotfix
    .command('start')
    .description('switch to the hotfix of a release, a new one from its tag or the one under way')
    .argument('[release]', 'e.g. 16.03.1 (default: what production serves)')
    .option('--reference <text>', 'letter or name, instead of the next letter')
    .addHelpText('after', '\nExample:\n  $ slipway hotfix start 16.03.1')
    .action((release: string | undefined, options: { reference?: string }) =>
      run(async context =>
        (await import('./hotfix')).hotfixStart({ ...options, ...(release !== undefined && { release }) })(context),
      ),
    );
  hotfix
    .command('pick')
    .description('cherry-pick commits; stops with the files that conflict')
    .argument('<commits...>', 'commits, as Git takes them')
    .addHelpText('after', '\nExample:\n  $ slipway hotfix pick 3209ce7')
    .action((commits: string[]) => run(async context => (await import('./hotfix')).hotfixPick(commits)(context)));
  hotfix
    .command('continue')
    .description('go on with a pick whose conflicts are resolved')
    .addHelpText('after', '\nExample:\n  $ slipway hotfix continue')
    .action(() => run(async context => (await import('./hotfix')).hotfixContinue()(context)));
  hotfix
    .command('push')
    .description('push the branch')
    .addHelpText('after', '\nExample:\n  $ slipway hotfix push')
    .action(() => run(async context => (await import('./hotfix')).hotfixPush()(context)));
}
