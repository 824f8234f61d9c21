import { type Application, application as configured } from '../../../stacks/environments/application';
import { environmentNamed } from '../../../stacks/environments';
import { liveRelease } from '../../domain/deploy/node-status';
import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import { deploy as bring, deployable, type DeployWish, prepareDeploy } from '../../release/deploy';
import { promotable } from '../../release/promote';
import type { Action } from '../action';
import { mustAgree } from '../agree';
import { personOf, runUrlOf } from '../released-application';
import { withDeployPorts } from './deploy-ports';
import { telling } from './telling';

export interface PromoteOptions {
  readonly from: string;
  readonly to: string;
  /** Private key of the nodes' account. @default - the keys of the agent */
  readonly identity?: string;
  /** Report of a run of the pending migrations on a clone. */
  readonly report?: string;
  readonly yes: boolean;
  readonly override: readonly string[];
  readonly reason?: string;
}

/** `slipway promote`: brings the very image that one environment serves to another. Nothing is built. */
export function promote(options: PromoteOptions, application: Application = configured): Action {
  return async context => {
    const app = deployable(application);
    const { from, to, override: guards, reason, identity, report, yes } = options;
    for (const name of [from, to]) environmentNamed(name);
    if (from === to) throw new SlipwayError(`${from} is promoted to itself; name two environments`);
    const key = identity === undefined ? {} : { identity };
    const judged = { guards, ...(reason !== undefined && { why: reason }) };
    const source = await withDeployPorts(context, app, { environment: from, ...key }, ports =>
      promotable(ports.environment, app, judged),
    );
    const { version, commit, digest } = source;
    const runUrl = runUrlOf(context);
    const wish: DeployWish = {
      ...judged,
      version,
      commit,
      digest,
      by: await personOf(context, app),
      ...(runUrl && { runUrl }),
    };
    const target = { environment: to, ...key, ...(report !== undefined && { report }) };
    return withDeployPorts(context, app, target, async ports => {
      const prepared = await prepareDeploy(ports, app, wish);
      const what = `${version} from ${from} to ${to} (${digest})`;
      if (context.dryRun) {
        context.output.print(`would promote ${what}`);
        context.output.json({ command: 'promote', dryRun: true, from, to, version, commit, digest });
        return ExitCode.Done;
      }
      await mustAgree(context, `Promote ${what}?`, yes, 'the promotion');
      await telling(context, app, { ports, prepared, environment: to }, () => bring(ports, prepared));
      const now = liveRelease(await ports.environment.status(), app.image.repository);
      context.output.print(`${from} and ${to} serve the same image: ${now?.digest ?? ''}`);
      context.output.json({ command: 'promote', from, to, version, commit, digest: now?.digest });
      return ExitCode.Done;
    });
  };
}
