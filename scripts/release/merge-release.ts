import type { BumpFile } from '../../stacks/environments/bump-file';
import type { VersionScheme } from '../../stacks/environments/version-scheme';
import type { Git } from '../adapters/git';
import { commitTree, textAt, treeWith } from '../adapters/git-commit';
import { type MergedTree, mergeTree } from '../adapters/git-merge';
import { SlipwayError } from '../domain/slipway-error';
import { compareVersions, parseVersion } from '../domain/version/version';
import { versionIn, withVersion } from '../domain/version/version-file';

export interface ReleaseMerge {
  /** Commit of the branch that is merged into. */
  readonly onto: string;
  /** Commit of the release. */
  readonly head: string;
  readonly scheme: VersionScheme;
  readonly files: readonly BumpFile[];
}

/**
 * Merges a release into a branch without a work tree.
 *
 * The lines with the version are no conflict: a hotfix of an old release meets a branch that carries a newer version, and the
 * newer one stays. So the release is merged as if it had not changed them, and the newer version is written afterwards.
 */
export async function mergeRelease(git: Git, { onto, head, scheme, files }: ReleaseMerge): Promise<MergedTree> {
  const base = await git.read(['merge-base', onto, head]);
  const merged = await mergeTree(git, onto, await withVersionsOf(base));
  const clear = files.filter(({ file }) => !merged.conflicts.includes(file));
  return { ...merged, tree: await withNewerVersions(merged.tree) };

  /** The release, with the versions that it started from. */
  async function withVersionsOf(commit: string): Promise<string> {
    const texts = await rewritten(files, head, async file => versionAt(commit, file));
    return texts.size === 0 ? head : commitTree(git, await treeWith(git, head, texts), [head], 'Without its version');
  }

  async function withNewerVersions(tree: string): Promise<string> {
    const texts = await rewritten(clear, tree, async file =>
      newer(await versionAt(onto, file), await versionAt(head, file)),
    );
    return texts.size === 0 ? tree : treeWith(git, tree, texts);
  }

  async function rewritten(
    places: readonly BumpFile[],
    treeish: string,
    versionOf: (file: BumpFile) => Promise<string | undefined>,
  ): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const bump of places) {
      const text = texts.get(bump.file) ?? (await textAt(git, treeish, bump.file));
      const [before, after] = [stated(bump, text), await versionOf(bump)];
      if (text === undefined || before === undefined || after === undefined || before === after) continue;
      texts.set(bump.file, withVersion(bump, text, after));
    }
    return texts;
  }

  async function versionAt(commit: string, bump: BumpFile): Promise<string | undefined> {
    return stated(bump, await textAt(git, commit, bump.file));
  }

  function newer(theirs: string | undefined, ours: string | undefined): string | undefined {
    const [left, right] = [theirs, ours].map(text => parseVersion(scheme, text ?? ''));
    return left && right && compareVersions(left, right) > 0 ? theirs : ours;
  }
}

/** The version in a file; undefined in a commit of a time when the file did not hold one. */
function stated(bump: BumpFile, text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : versionIn(bump, text);
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
