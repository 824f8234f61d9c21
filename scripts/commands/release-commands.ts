import type { Command } from 'commander';
import type { Run } from './action';
import { collect } from './collect';
import type { ReleaseOptions, ResumeOptions } from './release';

/** Registers the verbs that bring a commit to production. */
export function registerReleaseCommands(program: Command, run: Run): void {
  registerRelease(program, run);
  registerVersion(program, run);
  registerBump(program, run);
  registerFinalize(program, run);
  registerBuild(program, run);
  registerNotify(program, run);
  registerCdn(program, run);
}

function registerRelease(program: Command, run: Run): void {
  const asking = (command: Command) =>
    command
      .option('--yes', 'agree to everything; needed where there is no terminal', false)
      .option('--edit', 'open the editor for the message of each merge', false)
      .option('--report <file>', 'what a run of the pending migrations on a clone has shown');
  asking(program.command('release'))
    .description('from the commit that you stand on to a tagged version: branch, image, environments, merges, tag')
    .option('--override <guard>', 'set aside what objects (may be repeated)', collect, [])
    .option('--reason <text>', 'why, for the record; needed with --override')
    .addHelpText('after', '\nExample:\n  $ slipway release')
    .action((options: ReleaseOptions) => run(async context => (await import('./release')).release(options)(context)));
  asking(program.command('resume'))
    .description('go on with a release that stopped, also after a fix was pushed to its branch')
    .addHelpText('after', '\nExample:\n  $ slipway resume')
    .action((options: ResumeOptions) => run(async context => (await import('./release')).resume(options)(context)));
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

interface BuildFlags {
  readonly commit: string;
  readonly builder?: string;
  readonly latest: boolean;
  readonly versionTag: boolean;
}

function registerBuild(program: Command, run: Run): void {
  program
    .command('build')
    .description('build and push the image of one commit; what is not committed is not in it')
    .argument('[version]', 'tag it with this version too, and then with latest')
    .option('--commit <ref>', 'what to build', 'HEAD')
    .option('--builder <where>', 'local, ci or ssh://user@host, instead of what the data says')
    .option('--no-latest', 'leave latest where it is')
    .option('--no-version-tag', 'tell the build the version, but give the image no tag of it, nor latest, yet')
    .addHelpText('after', '\nExample:\n  $ slipway build 202611.3 --commit origin/release/202611.3')
    .action((version: string | undefined, options: BuildFlags) =>
      run(async context =>
        (await import('./build')).build({ ...options, ...(version !== undefined && { version }) })(context),
      ),
    );
}

function registerNotify(program: Command, run: Run): void {
  program
    .command('notify')
    .description('tell the Slack channel of a release; a message that does not arrive is a warning')
    .argument('<kind>', 'started, done, failed or rolled-back')
    .argument('<version>', 'e.g. 202611.3')
    .option('--environment <name>', 'where, e.g. prod')
    .option('--reason <text>', 'what went wrong')
    .addHelpText('after', '\nExample:\n  $ slipway notify done 202611.3 --environment prod')
    .action((kind: string, version: string, options: { environment?: string; reason?: string }) =>
      run(async context => (await import('./notify')).notify({ kind, version, ...options })(context)),
    );
}

interface PurgeFlags {
  readonly everything: boolean;
  readonly host: readonly string[];
  readonly prefix: readonly string[];
  readonly url: readonly string[];
}

function registerCdn(program: Command, run: Run): void {
  const cdn = program
    .command('cdn')
    .description('the cache in front of the application')
    .addHelpText('after', '\nExample:\n  $ slipway cdn purge');
  cdn
    .command('purge')
    .description('empty it: what the data names, or only what is named here')
    .option('--host <name>', 'all of a host (may be repeated)', collect, [])
    .option('--prefix <host/path>', 'all below a path (may be repeated)', collect, [])
    .option('--url <address>', 'one file (may be repeated)', collect, [])
    .option('--everything', 'all zones of the application, whole', false)
    .addHelpText('after', '\nExample:\n  $ slipway cdn purge --host www.example.org')
    .action(({ everything, host: hosts, prefix: prefixes, url: urls }: PurgeFlags) =>
      run(async context => (await import('./cdn')).cdnPurge({ everything, hosts, prefixes, urls })(context)),
    );
}
