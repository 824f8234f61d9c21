import { environmentNamed } from '../../../stacks/environments';
import { type Environment, hostnamesOf } from '../../../stacks/environments/environment';
import { site } from '../../../stacks/environments/site';
import type { SwarmApplication } from '../../../stacks/swarm/application';
import { ExitCode } from '../../domain/exit-code';
import type { NodeStatus } from '../../domain/deploy/node-status';
import type { NodeSettings } from '../../domain/release/node-settings';
import { parseRelease } from '../../domain/release/parse-release';
import type { Release } from '../../domain/release/release';
import type { EnvironmentPort, NodePlan } from '../../release/deploy-ports';
import type { Context } from '../context';
import { SlipwayError } from '../../domain/slipway-error';
import { failure, type NodeSession } from '../node/node-session';
import { assertServes, siteOf } from './site';

/** An environment by the release program of its node. */
export function environmentPort(
  context: Context,
  node: NodeSession,
  application: SwarmApplication,
  { environment: name, stack = stackOf(name) }: { readonly environment: string; readonly stack?: string },
): EnvironmentPort {
  const environment = environmentNamed(name);
  const onStack = ['--stack', stack];
  return {
    name,
    stack,
    protect: environment.protect,
    status: async () => {
      const [status] = await node.look<NodeStatus>('status', ...onStack);
      if (status !== undefined) return status;
      throw new SlipwayError(`the node of ${name} says nothing of ${stack}; look with slipway status ${name}`);
    },
    show: async target => {
      const [shown] = await node.look<{ release: Release | null }>('show', ...(target ? [target] : []), ...onStack);
      return shown?.release ?? undefined;
    },
    check: release => void parseRelease(JSON.stringify(release), nodeSettings(environment, stack)),
    plan: async release => {
      const { code, stdout, stderr } = await node.run(['plan', '--json'], {
        write: false,
        input: JSON.stringify(release),
      });
      if (code !== ExitCode.Done) throw failure(stderr, code);
      return JSON.parse(stdout) as NodePlan;
    },
    apply: async release => apply(context, node, release),
    verify: version => assertServes(siteOf(context, environment, application), version, context),
  };
}

/** Name of an environment's own stack on its node. */
export function stackOf(environment: string): string {
  return `${site.project}-${environment}`;
}

async function apply({ output }: Context, node: NodeSession, release: Release): Promise<void> {
  const { code, stderr } = await node.run(['apply'], {
    write: true,
    input: JSON.stringify(release),
    onLine: (line, stream) => (stream === 'stderr' ? output.log(line) : output.print(line)),
  });
  if (code !== ExitCode.Done) throw failure(stderr, code);
}

/** What the node was told at birth, as far as a release is checked against it. */
function nodeSettings(environment: Environment, stack: string): NodeSettings {
  const { name, node } = environment;
  const guest = node.guests?.find(({ name: guestName }) => guestName === stack);
  const { hostnames, parameterPath } = guest ?? {
    hostnames: hostnamesOf(environment),
    parameterPath: `/${site.project}/${name}`,
  };
  return {
    name: stack,
    stacks: { [stack]: { hostnames, parameterPath } },
    region: site.region,
    ...{ state: '', dynamic: '', docker: '', publicPort: 443, vault: '' },
  };
}
