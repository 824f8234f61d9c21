import { SlipwayError } from '../domain/slipway-error';
import { type Git, reasonOf } from './git';

/** One ref of the remote that is to change, and only if it is still as it was when that was decided. */
export interface RefUpdate {
  /** Full name, e.g. `refs/heads/develop`. */
  readonly ref: string;
  /** What the remote has now; undefined when it must not have the ref yet. */
  readonly from: string | undefined;
  /** What it is to have; undefined to delete the ref. */
  readonly to: string | undefined;
}

export interface Rejection {
  readonly ref: string;
  readonly reason: string;
}

/** A rejected ref in Git's `--porcelain` output: `!`, the two names, the reason. */
const REJECTED = /^!\t[^\t]*:([^\t]+)\t(.*)$/;
/** Said of every other ref of the same push. */
const OTHERS = 'atomic push failed';

/**
 * Changes all of the refs at the remote, or none.
 *
 * @returns the refs that the remote refused, without those that were only held back with them; empty when all are changed
 * @throws SlipwayError when the remote cannot be reached at all
 */
export async function pushAtomically(git: Git, updates: readonly RefUpdate[]): Promise<readonly Rejection[]> {
  const leases = updates.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
  const refspecs = updates.map(({ ref, to }) => `${to ?? ''}:${ref}`);
  const answer = await git.attempt(['push', '--porcelain', '--atomic', ...leases, git.remote, ...refspecs]);
  if (answer.code === 0) return [];
  const rejections = answer.stdout.split('\n').flatMap(line => {
    const [, ref, reason] = REJECTED.exec(line) ?? [];
    return ref === undefined || reason === undefined ? [] : [{ ref, reason: inWords(reason) }];
  });
  if (rejections.length === 0) {
    throw new SlipwayError(
      `the push to ${git.remote} failed: ${reasonOf(answer)}; nothing was changed there, try again`,
    );
  }
  const own = rejections.filter(({ reason }) => reason !== OTHERS);
  return own.length > 0 ? own : rejections;
}

/** `[remote rejected] (hook declined)` without its frame. */
function inWords(summary: string): string {
  return /\((.*)\)$/.exec(summary)?.[1] ?? summary;
}
