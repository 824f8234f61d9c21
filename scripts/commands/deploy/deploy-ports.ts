import { environments } from '../../../stacks/environments';
import { assertKnownNames } from '../../domain/deploy/known-names';
import type { Deployable } from '../../release/deploy';
import type { DeployPorts } from '../../release/deploy-ports';
import { refusalsOfBuilt } from '../../release/refusals';
import { purgeOf } from '../cdn';
import type { Context } from '../context';
import { githubOf } from '../github-of';
import { imageRegistry } from '../image-port';
import type { NodeOptions } from '../node/node-target';
import { type NodeSession, withNode } from '../node/node-session';
import { repositoryOf } from '../released-application';
import { step } from '../step';
import { environmentPort } from './environment-port';
import { withSchema } from './schema-port';

export interface DeployPortsOptions extends NodeOptions {
  /** Stack on the node. @default - the environment's own */
  readonly stack?: string;
  /** Report of a run of the pending migrations on a clone. */
  readonly report?: string;
}

/**
 * Gives `work` what a deployment to an environment reads and changes, for as long as it works.
 *
 * @throws SlipwayError also for data that names what there is not, before anybody is asked
 */
export async function withDeployPorts<T>(
  context: Context,
  app: Deployable,
  options: DeployPortsOptions,
  work: (ports: DeployPorts) => Promise<T>,
): Promise<T> {
  assertKnownNames(
    app.swarm,
    environments.map(({ name }) => name),
  );
  return withNode(context, options, node => work(deployPorts(context, app, options, node)));
}

function deployPorts(context: Context, app: Deployable, options: DeployPortsOptions, node: NodeSession): DeployPorts {
  const { environment } = options;
  const git = repositoryOf(context, app);
  const purge = environment === app.environments?.production ? purgeOf(context, app) : undefined;
  const { migrations: settings } = app.swarm;
  return {
    git,
    environment: environmentPort(context, node, app.swarm, options),
    // Its token is read by who asks for an image, and by nobody who only looks at a node.
    find: async tag => (await imageRegistry(context, app.image)).find(tag),
    refusals: async commit => {
      const github = await githubOf(context, app);
      return refusalsOfBuilt({ git, now: context.now, ...(github && { github }) }, app, commit);
    },
    ...(settings && {
      schema: (commit, work) => withSchema(context, git, { ...options, settings }, commit, work),
    }),
    ...(app.assets && {
      publishAssets: async (version, digest) => {
        const { publishAssetsOf } = await import('../assets');
        await publishAssetsOf(context, app, environment, version, digest);
      },
    }),
    ...(purge && { purge }),
    timed: (what, work) => step(context, what, work),
    log: line => context.output.log(line),
  };
}
