import { parseRemoteRefs, type RemoteRefs } from '../domain/git-flow/remote-refs';
import { SlipwayError } from '../domain/slipway-error';
import { type Git, reasonOf } from './git';

/** Asks the remote itself, whatever this checkout has heard of it so far. */
export async function readRemoteRefs(git: Git): Promise<RemoteRefs> {
  const answer = await git.look(['ls-remote', '--heads', '--tags', git.remote]);
  if (answer.code === 0) return parseRemoteRefs(answer.stdout);
  throw unreadable(git, reasonOf(answer));
}

/**
 * Fetches all branches and their whole history, also into the shallow clone of a pipeline: whether one commit contains another
 * cannot be said without it.
 *
 * @param refs  what is needed beside the branches, e.g. a tag
 */
export async function fetchBranches(git: Git, ...refs: readonly string[]): Promise<void> {
  const shallow = (await git.read(['rev-parse', '--is-shallow-repository'])) === 'true';
  const everything = [`+refs/heads/*:refs/remotes/${git.remote}/*`, ...refs];
  const depth = shallow ? ['--unshallow'] : [];
  const answer = await git.look(['fetch', '--quiet', '--no-tags', ...depth, git.remote, ...everything]);
  if (answer.code !== 0) throw unreadable(git, reasonOf(answer));
}

/** Whether this checkout knows a commit. */
export async function knowsCommit(git: Git, commit: string): Promise<boolean> {
  return (await git.look(['cat-file', '-e', `${commit}^{commit}`])).code === 0;
}

/** Whether a commit is part of another's history. */
export async function contains(git: Git, commit: string, part: string): Promise<boolean> {
  const { code } = await git.look(['merge-base', '--is-ancestor', part, commit]);
  if (code <= 1) return code === 0;
  throw new SlipwayError(`${part} or ${commit} is not in ${git.folder}; type \`git fetch\` and try again`);
}

function unreadable(git: Git, reason: string): SlipwayError {
  return new SlipwayError(
    `the Git remote ${git.remote} of ${git.folder} cannot be read: ${reason}; check \`git remote -v\` and your access`,
  );
}
