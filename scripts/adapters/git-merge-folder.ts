import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type Git, reasonOf } from './git';
import type { MergedTree } from './git-merge';
import { SlipwayError } from '../domain/slipway-error';

/** How far a person is with a merge that Git could not do alone. */
export type FolderMerge = { readonly commit: string } | { readonly conflicts: readonly string[] };

export interface MergeRequest {
  /** Commit that is merged into. */
  readonly onto: string;
  /** Commit that is merged. */
  readonly side: string;
  readonly message: string;
  /** What a merge without a work tree made of it: it has settled files that Git alone would leave to a person. */
  readonly merged: MergedTree;
}

/** Resolutions are remembered, so that a merge that has to be done again, because the branch went on, is not work again. */
const REMEMBER = ['-c', 'rerere.enabled=true', '-c', 'rerere.autoUpdate=true'];

/**
 * A work tree of its own for a merge with conflicts, so that the person's stays as it is.
 * It is made when it is first asked for, and looked at when it is there.
 */
export class MergeFolder {
  constructor(
    private readonly git: Git,
    readonly folder: string,
  ) {}

  async merge(request: MergeRequest): Promise<FolderMerge> {
    if (existsSync(this.folder) && !(await this.isFor(request))) await this.remove();
    if (!existsSync(this.folder)) await this.begin(request);
    const conflicts = await this.conflicts();
    if (conflicts.length > 0) return { conflicts };
    if ((await this.head()) === request.onto) await this.commit();
    return { commit: await this.head() };
  }

  async remove(): Promise<void> {
    if (!existsSync(this.folder)) return;
    await rm(this.folder, { recursive: true, force: true });
    await this.git.write(['worktree', 'prune']);
  }

  private async begin({ onto, side, message, merged }: MergeRequest): Promise<void> {
    await this.git.write(['worktree', 'prune']);
    await this.git.write(['worktree', 'add', '--quiet', '--detach', this.folder, onto]);
    const args = ['merge', '--no-ff', '--no-commit', '--quiet', '-m', message, side];
    const answer = await this.git.attempt([...REMEMBER, ...args], { folder: this.folder });
    for (const file of await this.conflicts()) {
      if (merged.conflicts.includes(file)) continue;
      await this.git.write(['checkout', '--quiet', merged.tree, '--', file], { folder: this.folder });
    }
    if (answer.code === 0 || (await this.conflicts()).length > 0) return;
    // Remembered resolutions may have settled everything, which Git reports as a failure all the same.
    if (await this.isMerging(side)) return;
    await this.remove();
    throw new SlipwayError(`git merge failed in ${this.folder}: ${reasonOf(answer)}`);
  }

  /** Whether the folder has this very merge, under way or done. A branch that went on makes it another one. */
  private async isFor({ onto, side }: MergeRequest): Promise<boolean> {
    const head = await this.head();
    if (head === onto) return this.isMerging(side);
    const parents = await this.git.read(['rev-list', '--parents', '--max-count=1', head], { folder: this.folder });
    return parents === `${head} ${onto} ${side}`;
  }

  private async isMerging(side: string): Promise<boolean> {
    const { stdout } = await this.git.look(['rev-parse', '--quiet', '--verify', 'MERGE_HEAD'], { folder: this.folder });
    return stdout.trim() === side;
  }

  private head(): Promise<string> {
    return this.git.read(['rev-parse', 'HEAD'], { folder: this.folder });
  }

  private async conflicts(): Promise<string[]> {
    const files = await this.git.read(['diff', '--name-only', '--diff-filter=U', '-z'], { folder: this.folder });
    return files.split('\0').filter(Boolean);
  }

  private async commit(): Promise<void> {
    await this.git.write([...REMEMBER, 'commit', '--quiet', '--no-edit'], { folder: this.folder });
  }
}

/** Folder for the merge into a branch. */
export function mergeFolderOf(git: Git, root: string, branch: string): MergeFolder {
  return new MergeFolder(git, path.join(root, '.slipway', 'merge', branch.replaceAll('/', '-')));
}
