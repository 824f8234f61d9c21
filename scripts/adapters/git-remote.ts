import { parseRemoteRefs, type RemoteRefs } from '../domain/git-flow/remote-refs';
import { SlipwayError } from '../domain/slipway-error';
import { type Git, reasonOf } from './git';

/** Asks the remote itself, whatever this checkout has heard of it so far. */
export async function readRemoteRefs(git: Git): Promise<RemoteRefs> {
  const answer = await git.look(['ls-remote', '--heads', '--tags', git.remote]);
  if (answer.code === 0) return parseRemoteRefs(answer.stdout);
  throw new SlipwayError(
    `the Git remote ${git.remote} of ${git.folder} cannot be read: ${reasonOf(answer)}; check \`git remote -v\` and your access`,
  );
}
