import { type Application, application as configured } from '../../../stacks/environments/application';
import { ExitCode } from '../../domain/exit-code';
import { deployable, prepareDeploy, schemaPlanOf } from '../../release/deploy';
import type { Action } from '../action';
import { personOf } from '../released-application';
import { type DeployPortsOptions, withDeployPorts } from './deploy-ports';

export interface PlanReleaseOptions extends DeployPortsOptions {
  readonly version: string;
}

/** `slipway plan <env> <version>`: what `deploy` of a version would do, to the schema and to each service. Changes nothing. */
export function planRelease(options: PlanReleaseOptions, application: Application = configured): Action {
  return async context => {
    const app = deployable(application);
    const { environment, version } = options;
    return withDeployPorts(context, app, options, async ports => {
      const wish = { version, by: await personOf(context, app), guards: [] };
      const { release, digest, commit, from, changes } = await prepareDeploy(ports, app, wish);
      const [node, schema] = await Promise.all([ports.environment.plan(release), schemaPlanOf(ports, commit)]);
      const before = schema?.before.map(({ up }) => up.name) ?? [];
      const after = schema?.after.map(({ up }) => up.name) ?? [];
      const { output } = context;
      output.print(`${environment}: ${from ?? 'nothing'} -> ${version} (${commit.slice(0, 7)}, ${digest})`);
      for (const name of before) output.print(`  schema, before the switch: ${name}`);
      for (const { part, what } of changes) output.print(`  ${part}: ${what}`);
      for (const name of node.secrets) output.print(`  secret ${name} has another value`);
      for (const name of after) output.print(`  schema, after the switch: ${name}`);
      const count = node.services.length + node.gone.length + before.length + after.length;
      const starts = node.services.length > 0 ? `starts anew: ${node.services.join(', ')}` : 'starts no task';
      output.print(count === 0 ? '  no changes' : `  ${starts}`);
      const facts = { environment, version, commit, digest, from, changes, ...node, migrations: { before, after } };
      const exitCode = count === 0 ? ExitCode.Done : ExitCode.Changes;
      output.json({ command: 'plan', exitCode, ...facts });
      return exitCode;
    });
  };
}
