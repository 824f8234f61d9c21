import type { Application } from '../../stacks/environments/application';
import { deployable } from '../release/deploy';
import type { Deployer } from '../release/deployer';
import type { Context } from './context';

/**
 * How a release reaches its environments; undefined where the pipeline deploys.
 *
 * @throws SlipwayError when there are environments, and nothing that could be deployed to them
 */
export async function deployerOf(context: Context, application: Application): Promise<Deployer | undefined> {
  if (!application.environments) return undefined;
  const app = deployable(application);
  const { nodeDeployer } = await import('./deploy/node-deployer');
  return nodeDeployer(context, app);
}
