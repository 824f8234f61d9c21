import type { Application } from '../../stacks/environments/application';
import type { Git } from '../adapters/git';
import { assertClean, currentBranch, leaveBranch, removeBranch } from '../adapters/git-checkout';
import { commitTree, textAt, treeWith } from '../adapters/git-commit';
import { continuePick, isPicking, pickCommits, type Picked } from '../adapters/git-pick';
import { pushAtomically } from '../adapters/git-push';
import { contains, fetchBranches, readRemoteRefs } from '../adapters/git-remote';
import { ExitCode } from '../domain/exit-code';
import { hotfixBranch, takenVersions, versionOfBranch } from '../domain/git-flow/branch-names';
import { judge, type OverrideWish, type Override } from '../domain/guard/refusal';
import { SlipwayError } from '../domain/slipway-error';
import { bumpedTexts } from '../domain/version/bump';
import { type HotfixWish, nextHotfix } from '../domain/version/next-hotfix';
import { parseVersion, releaseOf, versionOf } from '../domain/version/version';
import type { LiveRelease } from './deployer';
import { finalize, type Finalized, type FinalizePorts } from './finalize';

/** A hotfix branch to work on. */
export interface StartedHotfix {
  readonly version: string;
  readonly branch: string;
  /** Tag that it was cut from; undefined when the branch was there already. */
  readonly base: string | undefined;
}

/** Where Git keeps what belongs to a branch, and forgets it with the branch. */
const startOf = (branch: string) => `branch.${branch}.slipwayStart`;

/** `slipway hotfix start`: a branch from the newest hotfix of a release, with its version in the files; or the one under way. */
export async function startHotfix(git: Git, application: Application, wish: HotfixWish): Promise<StartedHotfix> {
  const { versions } = application;
  await assertClean(git, 'start a hotfix');
  const refs = await readRemoteRefs(git);
  const local = (await git.read(['for-each-ref', '--format=%(refname:short)', 'refs/heads/hotfix/'])).split('\n');
  const underWay = hotfixesUnderWay([...refs.branches.keys(), ...local]).find(
    version => wish.reference === undefined || version.endsWith(wish.reference),
  );
  const start = await currentBranch(git);
  await fetchBranches(git);
  if (underWay !== undefined) {
    const branch = hotfixBranch(underWay);
    await git.write(['switch', '--quiet', branch]);
    await remember(branch);
    return { version: underWay, branch, base: undefined };
  }
  const { version, base } = nextHotfix(
    versions,
    wish,
    [...refs.tags.keys()],
    [...takenVersions(refs), ...local.map(versionIn)],
  );
  await fetchBranches(git, `refs/tags/${base}`);
  const commit = await versionCommit(refs.tags.get(base) ?? base, version);
  const branch = hotfixBranch(version);
  await git.write(['branch', '--no-track', branch, commit]);
  await git.write(['switch', '--quiet', branch]);
  await remember(branch);
  return { version, branch, base };

  /** Hotfixes of the wanted release that nobody has tagged yet. */
  function hotfixesUnderWay(branches: readonly string[]): string[] {
    const release = releaseOf(versionOf(versions.scheme, wish.of));
    return branches
      .map(versionIn)
      .filter(name => !refs.tags.has(name))
      .filter(name => {
        const found = parseVersion(versions.scheme, name);
        return found !== undefined && found.hotfix !== '' && releaseOf(found) === release;
      });
  }

  async function versionCommit(from: string, version: string): Promise<string> {
    const read = async (file: string) => {
      const text = await textAt(git, from, file);
      if (text !== undefined) return text;
      throw new SlipwayError(
        `${file} is not in ${base}; correct \`versions.files\` in stacks/environments/application.ts`,
      );
    };
    const texts = await bumpedTexts(versions.files ?? [], read, version);
    return texts.size === 0 ? from : commitTree(git, await treeWith(git, from, texts), [from], `Version ${version}`);
  }

  async function remember(branch: string): Promise<void> {
    if (start !== branch) await git.write(['config', startOf(branch), start]);
  }
}

/** `slipway hotfix pick`: brings commits into the hotfix. */
export async function pickIntoHotfix(git: Git, commits: readonly string[]): Promise<string> {
  const { branch } = await hotfixAt(git);
  await assertClean(git, 'pick commits');
  await fetchBranches(git);
  return settled(branch, await pickCommits(git, commits));
}

/** `slipway hotfix continue`: goes on with a pick after its conflicts were resolved. */
export async function continueHotfix(git: Git): Promise<string> {
  const { branch } = await hotfixAt(git);
  if (!(await isPicking(git))) {
    throw new SlipwayError('no pick is under way; type `slipway hotfix pick <commit>`', ExitCode.Refused);
  }
  return settled(branch, await continuePick(git));
}

/** `slipway hotfix push`: shows the hotfix to everybody, CI included. */
export async function pushHotfix(git: Git): Promise<{ readonly branch: string; readonly commit: string }> {
  const { branch } = await hotfixAt(git);
  await assertClean(git, `push ${branch}`);
  const [commit, refs] = await Promise.all([git.read(['rev-parse', 'HEAD']), readRemoteRefs(git)]);
  const from = refs.branches.get(branch);
  if (from === commit) return { branch, commit };
  if (from !== undefined) {
    await fetchBranches(git);
    if (!(await contains(git, commit, from))) {
      const next = `type \`git pull --rebase ${git.remote} ${branch}\``;
      throw new SlipwayError(`somebody else has pushed to ${branch}; ${next}, then push again`, ExitCode.Refused);
    }
  }
  const [rejected] = await pushAtomically(git, [{ ref: `refs/heads/${branch}`, from, to: commit }]);
  if (rejected) throw new SlipwayError(`the remote refused ${branch}: ${rejected.reason}`, ExitCode.Refused);
  return { branch, commit };
}

export interface FinishPorts {
  readonly finalizing: FinalizePorts;
  /** What production serves. @default - nobody is asked: the pipeline deploys */
  readonly live?: () => Promise<LiveRelease | undefined>;
}

/** `slipway hotfix finish`: merges, tags and removes a hotfix that is in production. It may be run again at any time. */
export async function finishHotfix(
  { finalizing, live }: FinishPorts,
  application: Application,
  wanted: string | undefined,
  wish: OverrideWish,
): Promise<Finalized & { readonly version: string; readonly overrides: readonly Override[] }> {
  const { git } = finalizing;
  const version = wanted ?? (await hotfixAt(git)).version;
  const branch = hotfixBranch(version);
  await assertPushed(git, branch);
  const overrides = judge(live ? notLive(version, await live()) : [], wish);
  const done = await finalize(finalizing, application, version);
  const { stdout } = await git.look(['config', '--get', startOf(branch)]);
  await leaveBranch(git, branch, stdout.trim() || 'HEAD');
  await removeBranch(git, branch);
  return { ...done, version, overrides };
}

function notLive(version: string, live: LiveRelease | undefined) {
  if (live?.version === version && live.healthy) return [];
  const state = live === undefined ? 'nothing' : `${live.version}${live.healthy ? '' : ', which is not healthy'}`;
  return [{ guard: 'not-live' as const, reason: `production serves ${state}, not a healthy ${version}` }];
}

async function assertPushed(git: Git, branch: string): Promise<void> {
  const local = await git.look(['rev-parse', '--quiet', '--verify', `refs/heads/${branch}`]);
  const head = (await readRemoteRefs(git)).branches.get(branch);
  if (local.code !== 0 || head === undefined) return;
  await fetchBranches(git);
  if (await contains(git, head, local.stdout.trim())) return;
  throw new SlipwayError(`${branch} has commits that are not pushed; type \`slipway hotfix push\``, ExitCode.Refused);
}

/** The hotfix that the person stands on. */
export async function hotfixAt(git: Git): Promise<{ readonly branch: string; readonly version: string }> {
  const branch = await currentBranch(git);
  const version = versionOfBranch(branch);
  if (version !== undefined && branch === hotfixBranch(version)) return { branch, version };
  throw new SlipwayError(`${branch} is no hotfix branch; type \`slipway hotfix start <release>\``, ExitCode.Refused);
}

function settled(branch: string, { conflicts }: Picked): string {
  if (conflicts.length === 0) return branch;
  throw new SlipwayError(
    `conflicts in ${conflicts.join(', ')}; resolve and \`git add\` them, then type \`slipway hotfix continue\``,
    ExitCode.Refused,
  );
}

function versionIn(branch: string): string {
  return versionOfBranch(branch) ?? '';
}
