import { SlipwayError } from '../domain/slipway-error';
import { type Git, reasonOf } from './git';

/** A merge that needs nobody, or the files that somebody has to look at. */
export type MergedTree = { readonly tree: string } | { readonly conflicts: readonly string[] };

const CLEAN = 0;
const CONFLICT = 1;

/** Merges two commits into a tree, without a work tree. */
export async function mergeTree(git: Git, onto: string, side: string): Promise<MergedTree> {
  const answer = await git.attempt(['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', onto, side]);
  const [tree = '', ...files] = answer.stdout.split('\0').filter(Boolean);
  if (answer.code === CLEAN) return { tree };
  if (answer.code === CONFLICT) return { conflicts: files };
  throw new SlipwayError(`git merge-tree failed: ${reasonOf(answer)}; Git 2.38 or newer is needed`);
}
