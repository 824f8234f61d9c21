import type { Application } from '../../stacks/environments/application';
import { deployable } from '../release/deploy';
import type { Deployer } from '../release/deployer';
import type { Context } from './context';

/**
 * How a release reaches its environments; undefined where the pipeline deploys.
 *
 * @param report  what a run of the pending migrations on a clone has shown, see `nodeDeployer`
 * @throws SlipwayError when there are environments, and nothing that could be deployed to them
 */
export async function deployerOf(
  context: Context,
  application: Application,
  report?: string,
): Promise<Deployer | undefined> {
  if (!application.environments) return undefined;
  const app = deployable(application);
  const { nodeDeployer } = await import('./deploy/node-deployer');
  return nodeDeployer(context, app, report);
}
