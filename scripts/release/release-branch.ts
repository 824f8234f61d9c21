import type { Application } from '../../stacks/environments/application';
import type { Git } from '../adapters/git';
import { commitTree, textAt, treeWith } from '../adapters/git-commit';
import { pushAtomically } from '../adapters/git-push';
import { fetchBranches, readRemoteRefs } from '../adapters/git-remote';
import { ExitCode } from '../domain/exit-code';
import { releaseBranch, takenVersions } from '../domain/git-flow/branch-names';
import { SlipwayError } from '../domain/slipway-error';
import { bumpedTexts } from '../domain/version/bump';
import { nextVersion } from '../domain/version/next-version';
import type { Progress, ReleaseRun } from './release-run';

export interface BranchPorts {
  readonly git: Git;
  readonly now: () => Date;
  readonly log: (line: string) => void;
}

const ATTEMPTS = 5;

/**
 * Takes the next version by pushing a branch with its name: only one of two people who want the same can do that, and the other
 * takes the next one. The branch begins with a commit that writes the version into the configured files.
 */
export async function takeVersion(
  { git, now, log }: BranchPorts,
  application: Application,
  started: ReleaseRun,
  note: (progress: Progress) => Promise<ReleaseRun>,
): Promise<Progress> {
  let run = started;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const refs = await readRemoteRefs(git);
    const pushed = refs.branches.get(releaseBranch(run.version));
    if (pushed !== undefined && (await isOurs(git, pushed, run))) return { head: pushed };
    const version = nextVersion(application.versions.scheme, takenVersions(refs), now());
    if (version !== run.version) log(`${run.version} is taken; going on as ${version}`);
    run = await note({ version });
    const head = await versionCommit(git, application, run);
    const rejections = await pushAtomically(git, [
      { ref: `refs/heads/${releaseBranch(version)}`, from: undefined, to: head },
    ]);
    if (rejections.length === 0) return { head };
    // A rule of the remote refuses every name alike.
    if (!(await readRemoteRefs(git)).branches.has(releaseBranch(version))) {
      const reason = rejections.map(one => one.reason).join(', ');
      throw new SlipwayError(`the remote refused ${releaseBranch(version)}: ${reason}`, ExitCode.Refused);
    }
  }
  throw new SlipwayError(`${ATTEMPTS} versions in a row were taken by somebody else`, ExitCode.Refused);
}

/** Whether this run made the branch, before it was interrupted. */
export async function isOurs(git: Git, commit: string, run: ReleaseRun): Promise<boolean> {
  await fetchBranches(git);
  const messages = await git.read(['log', '--format=%B', `${run.base}..${commit}`]);
  return messages.split('\n').includes(trailerOf(run));
}

async function versionCommit(git: Git, application: Application, run: ReleaseRun): Promise<string> {
  const read = async (file: string) => {
    const text = await textAt(git, run.base, file);
    if (text !== undefined) return text;
    throw new SlipwayError(
      `${file} is not in commit ${run.base.slice(0, 7)}; commit it, or correct \`versions.files\``,
    );
  };
  const texts = await bumpedTexts(application.versions.files ?? [], read, run.version);
  // The trailer makes two people's commits differ even when they are made in the same second from the same state.
  return commitTree(
    git,
    await treeWith(git, run.base, texts),
    [run.base],
    `Version ${run.version}\n\n${trailerOf(run)}`,
  );
}

function trailerOf({ id }: ReleaseRun): string {
  return `Release-Run: ${id}`;
}
