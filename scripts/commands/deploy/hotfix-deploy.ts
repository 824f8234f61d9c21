import { type Application, application as configured } from '../../../stacks/environments/application';
import { environmentNamed } from '../../../stacks/environments';
import { readRemoteRefs } from '../../adapters/git-remote';
import type { Git } from '../../adapters/git';
import { ExitCode } from '../../domain/exit-code';
import { hotfixBranch } from '../../domain/git-flow/branch-names';
import { SlipwayError } from '../../domain/slipway-error';
import { deploy as bring, deployable, prepareDeploy } from '../../release/deploy';
import { hotfixAt } from '../../release/hotfix';
import type { Action } from '../action';
import { mustAgree } from '../agree';
import { imagePort } from '../image-port';
import { personOf, repositoryOf, runUrlOf } from '../released-application';
import { step } from '../step';
import { withDeployPorts } from './deploy-ports';
import { telling } from './telling';

export interface HotfixDeployOptions {
  /** @default - production of the data */
  readonly environment?: string;
  readonly identity?: string;
  /** File of what a run of the pending migrations on a clone has shown. */
  readonly report?: string;
  readonly yes: boolean;
  readonly override: readonly string[];
  readonly reason?: string;
}

/** `slipway hotfix deploy`: the pushed hotfix into the stack that runs. Nothing new is left to look after. */
export function hotfixDeploy(options: HotfixDeployOptions, application: Application = configured): Action {
  return async context => {
    const app = deployable(application);
    const { environment = app.environments?.production, identity, report, yes, override: guards, reason } = options;
    if (environment === undefined) throw new SlipwayError('no environment is named; type slipway hotfix deploy <env>');
    const { protect } = environmentNamed(environment);
    const git = repositoryOf(context, app);
    const { version } = await hotfixAt(git);
    const commit = await pushedHead(git, version);
    const target = {
      environment,
      ...(identity !== undefined && { identity }),
      ...(report !== undefined && { report }),
    };
    return withDeployPorts(context, app, target, async ports => {
      const { version: live } = await ports.environment.status();
      if (live === null) {
        const next = `slipway deploy ${environment} <version>`;
        throw new SlipwayError(`${environment} runs no release that could be mended; use ${next}`, ExitCode.Refused);
      }
      if (context.dryRun) {
        context.output.print(`would build ${commit.slice(0, 7)} and bring ${version} into ${live} of ${environment}`);
        context.output.json({ command: 'hotfix deploy', dryRun: true, environment, version, commit, from: live });
        return ExitCode.Done;
      }
      const images = await imagePort(context, app);
      const digest = (await step(context, `build ${version}`, async () => images?.build(version, commit))) ?? '';
      const by = await personOf(context, app);
      const runUrl = runUrlOf(context);
      const wish = { version, commit, digest, by, guards, ...(reason !== undefined && { why: reason }) };
      const prepared = await prepareDeploy(ports, app, { ...wish, ...(runUrl && { runUrl }) });
      const question = `Bring ${version} into ${live} of ${environment}?`;
      if (protect) await mustAgree(context, question, yes, 'the hotfix');
      await telling(context, app, { ports, prepared, environment }, () => bring(ports, prepared));
      await images?.name(version, digest);
      context.output.print(`${environment} serves ${version}; when all is well: slipway hotfix finish`);
      context.output.json({ command: 'hotfix deploy', environment, version, commit, digest, from: live });
      return ExitCode.Done;
    });
  };
}

/** The commit that everybody can see, which must be the one that the person stands on. */
async function pushedHead(git: Git, version: string): Promise<string> {
  const [head, refs] = await Promise.all([git.read(['rev-parse', 'HEAD']), readRemoteRefs(git)]);
  if (refs.branches.get(hotfixBranch(version)) === head) return head;
  throw new SlipwayError(`${hotfixBranch(version)} is not pushed; type \`slipway hotfix push\``, ExitCode.Refused);
}
