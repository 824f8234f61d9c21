import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SlipwayError } from '../domain/slipway-error';
import type { Git } from './git';

/** Texts of files by their path in the repository. */
export type Texts = ReadonlyMap<string, string>;

/** The text of a file in a commit or tree, byte for byte; undefined when it is not there. */
export async function textAt(git: Git, treeish: string, file: string): Promise<string | undefined> {
  const { code, stdout } = await git.look(['cat-file', 'blob', `${treeish}:${file}`]);
  return code === 0 ? stdout : undefined;
}

/**
 * Makes a tree that is another one with some files changed. Neither the index nor the work tree of the checkout is touched.
 *
 * @returns the tree's object name
 */
export async function treeWith(git: Git, treeish: string, texts: Texts): Promise<string> {
  const index = resolve(git.folder, await git.read(['rev-parse', '--git-path', `slipway-index-${process.pid}`]));
  const env = { GIT_INDEX_FILE: index };
  try {
    await git.write(['read-tree', treeish], { env });
    for (const [file, text] of texts) {
      const blob = await git.write(['hash-object', '-w', '--stdin'], { input: text });
      await git.write(['update-index', '--cacheinfo', `${await modeOf(git, treeish, file)},${blob},${file}`], { env });
    }
    return await git.write(['write-tree'], { env });
  } finally {
    await rm(index, { force: true });
  }
}

/** Makes a commit that no branch has yet. */
export function commitTree(git: Git, tree: string, parents: readonly string[], message: string): Promise<string> {
  const named = parents.flatMap(parent => ['-p', parent]);
  return git.write(['commit-tree', tree, ...named, '-F', '-'], { input: `${message}\n` });
}

async function modeOf(git: Git, treeish: string, file: string): Promise<string> {
  const entry = await git.read(['ls-tree', treeish, '--', file]);
  const [mode] = entry.split(' ');
  if (mode) return mode;
  throw new SlipwayError(`${file} is not in ${treeish}; commit it, or correct stacks/environments/application.ts`);
}
