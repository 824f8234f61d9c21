import { type Git, reasonOf } from './git';
import { SlipwayError } from '../domain/slipway-error';

/** How a cherry-pick ended: done, or with files that somebody has to look at. */
export interface Picked {
  readonly conflicts: readonly string[];
}

/** No editor: the messages of the picked commits stay. */
const NO_EDITOR = { env: { GIT_EDITOR: 'true' } };

export async function pickCommits(git: Git, commits: readonly string[]): Promise<Picked> {
  return settle(git, await git.attempt(['cherry-pick', '-x', ...commits], NO_EDITOR));
}

/** Goes on after conflicts were resolved. */
export async function continuePick(git: Git): Promise<Picked> {
  const conflicts = await unmerged(git);
  if (conflicts.length > 0) return { conflicts };
  return settle(git, await git.attempt(['cherry-pick', '--continue'], NO_EDITOR));
}

export async function isPicking(git: Git): Promise<boolean> {
  return (await git.look(['rev-parse', '--quiet', '--verify', 'CHERRY_PICK_HEAD'])).code === 0;
}

async function settle(git: Git, answer: Awaited<ReturnType<Git['attempt']>>): Promise<Picked> {
  let result = answer;
  // What is in the branch already would be an empty commit; Git asks what to do with it.
  while (result.code !== 0 && (await isPicking(git)) && (await isEmpty(git))) {
    result = await git.attempt(['cherry-pick', '--skip'], NO_EDITOR);
  }
  if (result.code === 0) return { conflicts: [] };
  const conflicts = await unmerged(git);
  if (conflicts.length > 0) return { conflicts };
  throw new SlipwayError(`git cherry-pick failed: ${reasonOf(result)}`);
}

async function isEmpty(git: Git): Promise<boolean> {
  return (await git.read(['status', '--porcelain', '--untracked-files=no'])) === '';
}

async function unmerged(git: Git): Promise<string[]> {
  const files = await git.read(['diff', '--name-only', '--diff-filter=U', '-z']);
  return files.split('\0').filter(Boolean);
}
