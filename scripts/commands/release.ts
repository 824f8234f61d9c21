import { type Application, application as configured } from '../../stacks/environments/application';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { abortRelease } from '../release/abort-release';
import type { Deployer } from '../release/deployer';
import { planRelease, release as startRelease, resume as resumeRelease } from '../release/release';
import type { ReleaseRun } from '../release/release-run';
import type { Action } from './action';
import type { Context } from './context';
import { releasePorts } from './release-ports';

export interface ResumeOptions {
  readonly yes: boolean;
  readonly edit: boolean;
  /** File of what a run of the pending migrations on a clone has shown, for the environments that want one. */
  readonly report?: string;
}

export interface ReleaseOptions extends ResumeOptions {
  /** Guards that are set aside. */
  readonly override: readonly string[];
  /** Why. */
  readonly reason?: string;
}

/** What is released, and where to. */
export interface ReleaseWorld {
  readonly application: Application;
  /** @default - the nodes of the environments; without those, the pipeline deploys */
  readonly deployer?: Deployer;
}

const CONFIGURED: ReleaseWorld = { application: configured };

/** `slipway release`: one command from a commit to production. */
export function release(options: ReleaseOptions, world: ReleaseWorld = CONFIGURED): Action {
  const wish = { guards: options.override, ...(options.reason !== undefined && { why: options.reason }) };
  return async context => {
    const ports = await releasePorts(context, world.application, { ...options, ...world });
    if (context.dryRun) {
      const { plan } = await planRelease(ports, world.application, wish);
      context.output.print(`${plan.version} from ${plan.commit}, by the branch ${plan.branch}`);
      for (const line of plan.steps) context.output.print(`would ${line}`);
      context.output.json({ command: 'release', dryRun: true, ...plan });
      return ExitCode.Done;
    }
    return finish(context, 'release', await ports.runs.alone(() => startRelease(ports, world.application, wish)));
  };
}

/** `slipway resume`: goes on with a release that was interrupted. */
export function resume(options: ResumeOptions, world: ReleaseWorld = CONFIGURED): Action {
  return async context => {
    refuseDryRun(context, 'resume');
    const ports = await releasePorts(context, world.application, { ...options, ...world });
    return finish(context, 'resume', await ports.runs.alone(() => resumeRelease(ports, world.application)));
  };
}

/** `slipway abort`: gives up a release that is not in production yet. */
export function abort(world: ReleaseWorld = CONFIGURED): Action {
  return async context => {
    refuseDryRun(context, 'abort');
    const ports = await releasePorts(context, world.application, { yes: true, edit: false });
    const { version } = await ports.runs.alone(() => abortRelease(ports, world.application));
    context.output.print(`${version}: given up`);
    context.output.json({ command: 'abort', version });
    return ExitCode.Done;
  };
}

/** What is left of a release under way shows only when it is done. */
function refuseDryRun({ dryRun }: Context, command: string): void {
  if (!dryRun) return;
  throw new SlipwayError(`${command} has no --dry-run: it goes on where a release stopped; leave it out`);
}

function finish({ output }: Context, command: string, { version, head, digest, overrides }: ReleaseRun): ExitCode {
  output.print(`${version}: released (${head ?? ''}${digest === undefined ? '' : `, ${digest}`})`);
  output.json({ command, version, commit: head, digest, overrides });
  return ExitCode.Done;
}
