import type { RunFile } from '../adapters/run-file';
import type { Git } from '../adapters/git';
import { leaveBranch, removeBranch } from '../adapters/git-checkout';
import { ExitCode } from '../domain/exit-code';
import { releaseBranch } from '../domain/git-flow/branch-names';
import { SlipwayError } from '../domain/slipway-error';
import type { ReleaseRun } from './release-run';

/** @throws SlipwayError when there is none */
export async function runUnderWay(runs: RunFile): Promise<ReleaseRun> {
  const run = await runs.read();
  if (run) return run;
  throw new SlipwayError(
    'no release is under way in this checkout; start one with `slipway release`',
    ExitCode.Refused,
  );
}

/** Brings a person who mended something on the release branch back to where they started. */
export async function goHome(git: Git, { version, startBranch }: ReleaseRun): Promise<void> {
  const branch = releaseBranch(version);
  await leaveBranch(git, branch, startBranch);
  const tag = await git.look(['rev-parse', '--quiet', '--verify', `refs/tags/${version}`]);
  // All that it had is in the tag.
  if (tag.code === 0) await removeBranch(git, branch);
}
