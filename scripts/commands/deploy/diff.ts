import { type Application, application as configured } from '../../../stacks/environments/application';
import { releaseChanges } from '../../domain/deploy/release-changes';
import { ExitCode } from '../../domain/exit-code';
import type { Release } from '../../domain/release/release';
import { SlipwayError } from '../../domain/slipway-error';
import { deployable } from '../../release/deploy';
import type { Action } from '../action';
import { type DeployPortsOptions, withDeployPorts } from './deploy-ports';

export interface DiffOptions extends DeployPortsOptions {
  /** Version or number. */
  readonly from: string;
  /** @default - what is live */
  readonly to?: string;
}

/** `slipway diff`: what two releases of an environment differ in: commits, images, variables, rules, schema. */
export function diff(options: DiffOptions, application: Application = configured): Action {
  return async context => {
    const app = deployable(application);
    return withDeployPorts(context, app, options, async ({ environment, git }) => {
      const released = async (target?: string): Promise<Release> => {
        const found = await environment.show(target);
        if (found !== undefined) return found;
        throw new SlipwayError(`${environment.name} has no release yet`, ExitCode.Refused);
      };
      const [before, after] = [await released(options.from), await released(options.to)];
      const [old, fresh] = [before.manifest, after.manifest];
      const { stdout } = await git.look(['log', '--no-merges', '--format=%h %s', `${old.commit}..${fresh.commit}`]);
      const commits = stdout.split('\n').filter(Boolean);
      const changes = releaseChanges(before, after);
      const { output } = context;
      output.print(`${environment.name}: ${old.version} -> ${fresh.version}`);
      for (const commit of commits) output.print(`  commit ${commit}`);
      for (const { part, what } of changes) output.print(`  ${part}: ${what}`);
      if (old.migrationLevel !== fresh.migrationLevel) {
        output.print(`  schema: ${old.migrationLevel ?? 'not recorded'} -> ${fresh.migrationLevel ?? 'not recorded'}`);
      }
      const schema = { from: old.migrationLevel ?? null, to: fresh.migrationLevel ?? null };
      output.json({ command: 'diff', from: old.version, to: fresh.version, commits, changes, schema });
      return ExitCode.Done;
    });
  };
}
