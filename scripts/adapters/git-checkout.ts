import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Git } from './git';

/** The branch that the person stands on, or the commit when it is none. */
export async function currentBranch(git: Git): Promise<string> {
  const { code, stdout } = await git.look(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  return code === 0 ? stdout.trim() : git.read(['rev-parse', 'HEAD']);
}

/** Files with changes that are not committed, new ones included; what this tool keeps for itself does not count. */
export async function changedFiles(git: Git): Promise<string[]> {
  const answer = await git.read(['status', '--porcelain', '-z', '--no-renames', '--', '.', ':(exclude).slipway']);
  return answer
    .split('\0')
    .filter(Boolean)
    .map(entry => entry.slice(3));
}

/** @throws SlipwayError when there is work that a change of branches could lose */
export async function assertClean(git: Git, wish: string): Promise<void> {
  const changed = await changedFiles(git);
  if (changed.length === 0) return;
  const files = changed.slice(0, 5).join(', ') + (changed.length > 5 ? `, and ${changed.length - 5} more` : '');
  throw new SlipwayError(`to ${wish}, nothing may be uncommitted: ${files}; commit or stash it`, ExitCode.Refused);
}

/** Brings the person from a branch that has had its day back to where they started, and removes the branch here. */
export async function leaveBranch(git: Git, branch: string, start: string): Promise<void> {
  if ((await currentBranch(git)) === branch) {
    await assertClean(git, `leave ${branch}`);
    const isBranch = (await git.look(['show-ref', '--verify', '--quiet', `refs/heads/${start}`])).code === 0;
    await git.write(['switch', '--quiet', ...(isBranch ? [start] : ['--detach', start])]);
  }
}

export async function removeBranch(git: Git, branch: string): Promise<void> {
  await git.attempt(['branch', '--quiet', '--delete', '--force', branch]);
}
