import type { Application } from '../../stacks/environments/application';
import type { EditText } from '../adapters/editor';
import type { Git } from '../adapters/git';
import { commitTree } from '../adapters/git-commit';
import { type MergeFolder } from '../adapters/git-merge-folder';
import { pushAtomically, type RefUpdate, type Rejection } from '../adapters/git-push';
import { contains, fetchBranches, readRemoteRefs } from '../adapters/git-remote';
import { dropTag, makeTag } from '../adapters/git-tag';
import { mergeTargets } from '../domain/git-flow/branches';
import { hotfixBranch, releaseBranch } from '../domain/git-flow/branch-names';
import type { RemoteRefs } from '../domain/git-flow/remote-refs';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { mergeRelease } from './merge-release';

export interface FinalizePorts {
  readonly git: Git;
  /** Where a person resolves the conflicts of a merge into this branch. */
  readonly mergeFolder: (branch: string) => MergeFolder;
  /** Lets a person change the message of each merge. @default - the message stays */
  readonly edit?: EditText;
  readonly log: (line: string) => void;
}

export interface Finalized {
  /** Commit that the tag stands for: the one whose image was released. */
  readonly commit: string;
  /** Branches that were merged into by this run; empty when all was done before. */
  readonly merged: readonly string[];
  /** Whether this run made the tag. */
  readonly tagged: boolean;
}

/** What is to be finished, as the remote has it. */
interface Facts {
  readonly version: string;
  readonly refs: RemoteRefs;
  readonly commit: string;
  /** Branch that carried the version; undefined when it is gone. */
  readonly branch: string | undefined;
}

const ATTEMPTS = 3;

/**
 * Merges a release or hotfix into the branches, tags it and removes its branch, in one push: the remote gets all of it or
 * nothing. Everything is prepared without the person's work tree. What is done already is left alone, so it may be run again.
 */
export async function finalize(ports: FinalizePorts, application: Application, version: string): Promise<Finalized> {
  const { git, log } = ports;
  let rejections: readonly Rejection[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const facts = factsOf(version, await readRemoteRefs(git));
    await fetchBranches(git, facts.commit);
    const merges = await mergesOf(ports, application, facts);
    const tagged = !facts.refs.tags.has(version);
    const updates = [...merges, ...(await closing(git, application, facts))];
    if (updates.length > 0) rejections = await pushAtomically(git, updates);
    if (rejections.length === 0) {
      for (const branch of mergeTargets(application)) await ports.mergeFolder(branch).remove();
      return { commit: facts.commit, merged: merges.map(({ ref }) => ref.replace('refs/heads/', '')), tagged };
    }
    // Here it would say that the version is released.
    if (tagged) await dropTag(git, version);
    if (!(await hasMoved(git, facts.refs, updates))) break;
    log(`somebody pushed meanwhile (${wordsOf(rejections)}); merging again`);
  }
  throw new SlipwayError(
    `the remote refused to finish ${version}: ${wordsOf(rejections)}; nothing was pushed, type \`slipway finalize ${version}\` again`,
    ExitCode.Refused,
  );
}

function factsOf(version: string, refs: RemoteRefs): Facts {
  const branch = [releaseBranch(version), hotfixBranch(version)].find(name => refs.branches.has(name));
  const [tag, head] = [refs.tags.get(version), branch === undefined ? undefined : refs.branches.get(branch)];
  const commit = tag ?? head;
  if (commit === undefined) {
    const names = `${releaseBranch(version)} nor ${hotfixBranch(version)}`;
    throw new SlipwayError(`${version} is unknown: the remote has neither a tag, ${names}`, ExitCode.Refused);
  }
  if (head !== undefined && head !== commit) {
    throw new SlipwayError(
      `${branch ?? ''} is at ${head.slice(0, 7)}, but ${version} is tagged at ${commit.slice(0, 7)}; ` +
        'what came after the tag needs a version of its own: `slipway hotfix start`',
      ExitCode.Refused,
    );
  }
  return { version, refs, commit, branch };
}

async function mergesOf(ports: FinalizePorts, application: Application, facts: Facts): Promise<RefUpdate[]> {
  const updates: RefUpdate[] = [];
  const open: string[] = [];
  for (const branch of mergeTargets(application)) {
    const onto = facts.refs.branches.get(branch);
    if (onto === undefined) {
      const next = 'push it, or correct `branches` in stacks/environments/application.ts';
      throw new SlipwayError(`the remote ${ports.git.remote} has no branch ${branch}; ${next}`);
    }
    if (await contains(ports.git, onto, facts.commit)) continue;
    const merge = await mergeInto(ports, application, facts, { branch, onto });
    if ('conflicts' in merge) open.push(`${branch} (${merge.conflicts.join(', ')}) in ${merge.folder}`);
    else updates.push({ ref: `refs/heads/${branch}`, from: onto, to: merge.commit });
  }
  if (open.length === 0) return updates;
  throw new SlipwayError(
    `${facts.version} conflicts with ${open.join(' and ')}; ` +
      `resolve and \`git add\` the files there, then type \`slipway finalize ${facts.version}\``,
    ExitCode.Refused,
  );
}

type Merge = { readonly commit: string } | { readonly conflicts: readonly string[]; readonly folder: string };

async function mergeInto(
  { git, mergeFolder, edit }: FinalizePorts,
  application: Application,
  { version, commit: head }: Facts,
  { branch, onto }: { readonly branch: string; readonly onto: string },
): Promise<Merge> {
  const { scheme, files = [] } = application.versions;
  const message = `Merge ${version} into ${branch}`;
  const merged = await mergeRelease(git, { onto, head, scheme, files });
  if (merged.conflicts.length === 0) {
    return { commit: await commitTree(git, merged.tree, [onto, head], edit ? await edit(message) : message) };
  }
  const folder = mergeFolder(branch);
  const byHand = await folder.merge({ onto, side: head, message, merged });
  return 'commit' in byHand ? byHand : { ...byHand, folder: folder.folder };
}

/** The tag, and the end of the branch that carried the version. */
async function closing(
  git: Git,
  application: Application,
  { version, refs, commit, branch }: Facts,
): Promise<RefUpdate[]> {
  const updates: RefUpdate[] = [];
  if (!refs.tags.has(version)) {
    const { signTags: sign = false } = application;
    const tag = await makeTag(git, { name: version, commit, message: `Release ${version}`, sign });
    updates.push({ ref: `refs/tags/${version}`, from: undefined, to: tag });
  }
  if (branch !== undefined) updates.push({ ref: `refs/heads/${branch}`, from: commit, to: undefined });
  return updates;
}

/** Whether somebody else changed one of the refs: then to merge again helps, and after a refusal by a rule it does not. */
async function hasMoved(git: Git, before: RemoteRefs, updates: readonly RefUpdate[]): Promise<boolean> {
  const now = await readRemoteRefs(git);
  const commitIn = ({ branches, tags }: RemoteRefs, ref: string) =>
    ref.startsWith('refs/tags/') ? tags.get(ref.slice(10)) : branches.get(ref.slice(11));
  return updates.some(({ ref }) => commitIn(before, ref) !== commitIn(now, ref));
}

function wordsOf(rejections: readonly Rejection[]): string {
  return rejections.map(({ ref, reason }) => `${ref.replace(/^refs\/(?:heads|tags)\//, '')} ${reason}`).join(', ');
}
