import { liveRelease } from '../../domain/deploy/node-status';
import { deploy, type Deployable, type DeployWish, prepareDeploy } from '../../release/deploy';
import type { Deployer, DeployRequest } from '../../release/deployer';
import { promotable } from '../../release/promote';
import type { Context } from '../context';
import { runUrlOf } from '../released-application';
import { withDeployPorts } from './deploy-ports';
import { wantsReport } from './schema-port';

/**
 * Brings the images of a `release` to its environments. What objects to the commit was asked when the release began; only what
 * production serves is looked at here, as it may have changed since.
 *
 * @param report  file of what a run of the pending migrations on a clone has shown; shown to the environments that want one, as it
 *   says nothing of the others' schema
 */
export function nodeDeployer(context: Context, app: Deployable, report?: string): Deployer {
  const runUrl = runUrlOf(context);
  const placeOf = (environment: string) => ({
    environment,
    ...(report !== undefined && wantsReport(app.swarm.migrations, environment) && { report }),
  });
  const bring = ({ environment, version, commit, digest, by, reason }: DeployRequest) =>
    // The purge is a step of the release by itself, which a resume can take up.
    withDeployPorts(context, app, placeOf(environment), async ({ purge: _, ...ports }) => {
      const wish: DeployWish = {
        ...{ version, commit, digest, by, guards: [] },
        ...(reason !== undefined && { why: reason }),
        ...(runUrl && { runUrl }),
      };
      const asked = { ...ports, refusals: () => Promise.resolve([]) };
      await deploy(asked, await prepareDeploy(asked, app, wish));
    });
  return {
    deploy: bring,
    verify: (environment, version) =>
      withDeployPorts(context, app, { environment }, ports => ports.environment.verify(version)),
    promote: async request => {
      const { from, digest } = request;
      await withDeployPorts(context, app, { environment: from }, ports =>
        promotable(ports.environment, app, { guards: [] }, digest),
      );
      await bring(request);
      context.output.log(`${from} and ${request.environment} serve the same image: ${digest}`);
    },
    status: environment =>
      withDeployPorts(context, app, { environment }, async ports =>
        liveRelease(await ports.environment.status(), app.image.repository),
      ),
  };
}
