import type { Application } from '../../stacks/environments/application';
import { pushAtomically } from '../adapters/git-push';
import { readRemoteRefs } from '../adapters/git-remote';
import { ExitCode } from '../domain/exit-code';
import { mergeTargets } from '../domain/git-flow/branches';
import { releaseBranch } from '../domain/git-flow/branch-names';
import { SlipwayError } from '../domain/slipway-error';
import { isOurs } from './release-branch';
import type { ReleasePorts } from './release-ports';
import type { ReleaseRun } from './release-run';
import { goHome, runUnderWay } from './run-under-way';

/**
 * `slipway abort`: gives up a release that is not in production yet. Its branch goes, unless it has more than the version: a fix
 * is somebody's work.
 */
export async function abortRelease(
  { finalizing, runs }: Pick<ReleasePorts, 'finalizing' | 'runs'>,
  application: Application,
): Promise<ReleaseRun> {
  const { git, log, mergeFolder } = finalizing;
  const run = await runUnderWay(runs);
  const refs = await readRemoteRefs(git);
  if (run.done.includes('promote') || refs.tags.has(run.version)) {
    throw new SlipwayError(`${run.version} is out already; type \`slipway resume\` to finish it`, ExitCode.Refused);
  }
  await goHome(git, run);
  const branch = releaseBranch(run.version);
  const head = refs.branches.get(branch);
  if (head !== undefined && (await isOurs(git, head, run))) {
    const commits = await git.read(['rev-list', '--count', `${run.base}..${head}`]);
    if (commits === '1') await pushAtomically(git, [{ ref: `refs/heads/${branch}`, from: head, to: undefined }]);
    else log(`${branch} stays, because it has fixes; to remove it: git push ${git.remote} --delete ${branch}`);
  }
  for (const target of mergeTargets(application)) await mergeFolder(target).remove();
  await runs.remove();
  return run;
}
