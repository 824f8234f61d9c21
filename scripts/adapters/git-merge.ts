import { SlipwayError } from '../domain/slipway-error';
import { type Git, reasonOf } from './git';

/** A merge; with conflicts, the files that somebody has to look at have Git's marks in them. */
export interface MergedTree {
  readonly tree: string;
  readonly conflicts: readonly string[];
}

const CLEAN = 0;
const CONFLICT = 1;

/** Merges two commits into a tree, without a work tree. */
export async function mergeTree(git: Git, onto: string, side: string): Promise<MergedTree> {
  const answer = await git.attempt(['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', onto, side]);
  const [tree = '', ...files] = answer.stdout.split('\0').filter(Boolean);
  if (answer.code === CLEAN || answer.code === CONFLICT) return { tree, conflicts: [...new Set(files)] };
  throw new SlipwayError(`git merge-tree failed: ${reasonOf(answer)}; Git 2.38 or newer is needed`);
}
