import { type Application, application as configured } from '../../../stacks/environments/application';
import { environmentNamed } from '../../../stacks/environments';
import { contains, fetchBranches, knowsCommit } from '../../adapters/git-remote';
import { ExitCode } from '../../domain/exit-code';
import { commitTag } from '../../domain/image/image-repository';
import { SlipwayError } from '../../domain/slipway-error';
import { deploy as bring, deployable, type DeployWish, prepareDeploy, type Prepared } from '../../release/deploy';
import type { DeployPorts } from '../../release/deploy-ports';
import type { Action } from '../action';
import { mustAgree } from '../agree';
import type { Context } from '../context';
import { personOf, runUrlOf } from '../released-application';
import { type DeployPortsOptions, withDeployPorts } from './deploy-ports';
import { telling } from './telling';

export interface DeployOptions extends DeployPortsOptions, Pick<DeployWish, 'only' | 'pause' | 'canary' | 'strategy'> {
  /** @default - what is live, anew */
  readonly version?: string;
  /** Commit to deploy, as Git takes it, instead of a version. */
  readonly commit?: string;
  /** Leave what is newer already. */
  readonly skipOlder: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  readonly override: readonly string[];
  readonly reason?: string;
  /** @default - who Git or the pipeline says */
  readonly by?: string;
  /** @default - the pipeline's own */
  readonly runUrl?: string;
}

/** `slipway deploy`: brings a built version to an environment; checked before the public gets it, and taken back when it is bad. */
export function deploy(options: DeployOptions, application: Application = configured): Action {
  return async context => {
    const app = deployable(application);
    assertClear(options);
    const { environment } = options;
    const { protect } = environmentNamed(environment);
    return withDeployPorts(context, app, options, async ports => {
      const wish = await wishOf(context, app, ports, options);
      if (wish === undefined) return ExitCode.Done;
      const prepared = await prepareDeploy(ports, app, wish);
      describe(context, environment, prepared);
      if (context.dryRun) return wouldDo(context, ports, prepared);
      const question = `Deploy ${wish.version} to ${environment}?`;
      if (protect) await mustAgree(context, question, options.yes, 'the deployment');
      await telling(context, app, { ports, prepared, environment }, () => bring(ports, prepared));
      const { digest, commit, from, overrides } = prepared;
      context.output.json({ command: 'deploy', environment, version: wish.version, commit, digest, from, overrides });
      return ExitCode.Done;
    });
  };
}

/** What cannot be meant is refused before anybody is asked. */
function assertClear({ version, commit, skipOlder }: DeployOptions): void {
  if (version !== undefined && commit !== undefined) {
    throw new SlipwayError('both a version and --commit say what to deploy; leave one of them out');
  }
  if (skipOlder && commit === undefined) {
    throw new SlipwayError('--skip-older compares commits; add --commit <ref>, or leave it out');
  }
}

/** What is to be deployed; undefined when what is live stays. */
async function wishOf(
  context: Context,
  app: Application,
  { git, environment, log }: DeployPorts,
  options: DeployOptions,
): Promise<DeployWish | undefined> {
  const { override, reason, only, pause, canary, strategy, skipOlder } = options;
  const { by = await personOf(context, app), runUrl = runUrlOf(context) } = options;
  const common = {
    ...{ by, guards: override },
    ...(reason !== undefined && { why: reason }),
    ...(runUrl && { runUrl }),
    ...(only && { only }),
    ...(pause !== undefined && { pause }),
    ...(canary !== undefined && { canary }),
    ...(strategy !== undefined && { strategy }),
  };
  // What serves may be newer than what this checkout has heard of.
  if (skipOlder) await fetchBranches(git);
  const live = options.version === undefined || skipOlder ? await environment.status() : undefined;
  const commit =
    options.commit === undefined ? undefined : await git.read(['rev-parse', '--verify', `${options.commit}^{commit}`]);
  if (skipOlder && commit !== undefined && live?.commit && live.commit !== commit) {
    if ((await knowsCommit(git, live.commit)) && (await contains(git, live.commit, commit))) {
      log(`${environment.name} serves ${live.version ?? ''} already, which is newer than ${commit.slice(0, 7)}`);
      return undefined;
    }
  }
  if (commit !== undefined) return { ...common, commit, version: commitTag(commit) };
  if (options.version !== undefined) return { ...common, version: options.version };
  const { version, commit: liveCommit } = live ?? {};
  if (version && liveCommit) return { ...common, version, commit: liveCommit };
  throw new SlipwayError(
    `${environment.name} has no release yet; name one: slipway deploy ${environment.name} <version>`,
  );
}

function describe(
  { output }: Context,
  environment: string,
  { release, digest, from, changes, overrides }: Prepared,
): void {
  const { version } = release.manifest;
  output.log(`${environment}: ${from ?? 'nothing'} -> ${version} (${digest})`);
  for (const { part, what } of changes) output.log(`  ${part}: ${what}`);
  for (const { guard, reason } of overrides) output.log(`  ${guard} is overridden: ${reason}`);
}

function wouldDo({ output }: Context, { environment }: DeployPorts, { release, digest, changes }: Prepared): ExitCode {
  const { version } = release.manifest;
  const what = changes.length === 0 ? 'no changes' : `${changes.length} changes`;
  output.print(`would deploy ${version} (${digest}) to ${environment.name}: ${what}`);
  output.json({ command: 'deploy', dryRun: true, environment: environment.name, version, digest, changes });
  return ExitCode.Done;
}
