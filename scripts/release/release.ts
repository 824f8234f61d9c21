import type { Application } from '../../stacks/environments/application';
import { changedFiles, currentBranch } from '../adapters/git-checkout';
import { contains, fetchBranches, readRemoteRefs } from '../adapters/git-remote';
import { ExitCode } from '../domain/exit-code';
import { releaseBranch, takenVersions } from '../domain/git-flow/branch-names';
import { judge, type OverrideWish } from '../domain/guard/refusal';
import { SlipwayError } from '../domain/slipway-error';
import { nextVersion } from '../domain/version/next-version';
import type { ReleasePorts } from './release-ports';
import type { ReleaseRun } from './release-run';
import { releaseSteps } from './release-steps';
import { runSteps } from './run-steps';
import { goHome, runUnderWay } from './run-under-way';

/** What a release would do. */
export interface ReleasePlan {
  readonly version: string;
  readonly commit: string;
  readonly branch: string;
  readonly steps: readonly string[];
}

/** What a release started now would do, after asking the remote and every guard. It changes nothing. */
export async function planRelease(ports: ReleasePorts, application: Application, wish: OverrideWish) {
  const { git } = ports.finalizing;
  const [refs, base, startBranch] = await Promise.all([
    readRemoteRefs(git),
    git.read(['rev-parse', 'HEAD']),
    currentBranch(git),
  ]);
  const overrides = judge(await ports.refusals(base), wish);
  const version = nextVersion(application.versions.scheme, takenVersions(refs), ports.now());
  const run: ReleaseRun = {
    format: 1,
    id: ports.newId(),
    version,
    by: ports.by,
    startedAt: ports.now().toISOString(),
    startBranch,
    base,
    done: [],
    overrides,
  };
  const steps = releaseSteps(ports, application).map(({ what }) => what({ ...run, head: base, digest: 'its digest' }));
  const plan: ReleasePlan = { version, commit: base, branch: releaseBranch(version), steps };
  return { plan, run };
}

/** `slipway release`: from the commit that the person stands on to a tagged version in production. */
export async function release(ports: ReleasePorts, application: Application, wish: OverrideWish): Promise<ReleaseRun> {
  const underWay = await ports.runs.read();
  if (underWay) throw isUnderWay(underWay);
  const { plan, run } = await planRelease(ports, application, wish);
  const { log } = ports.finalizing;
  for (const line of [`${plan.version} from ${run.startBranch} at ${plan.commit.slice(0, 7)}:`, ...plan.steps])
    log(line);
  const left = await changedFiles(ports.finalizing.git);
  if (left.length > 0) log(`not part of it, because it is not committed: ${left.join(', ')}`);
  if (!(await ports.confirm(`Release ${plan.version}?`))) {
    throw new SlipwayError('the release was declined; nothing was changed', ExitCode.Refused);
  }
  await ports.runs.write(run);
  await ports.announce({ kind: 'started', run });
  return proceed(ports, application, run);
}

/** `slipway resume`: goes on with the step that failed, also after a fix was pushed to the release branch. */
export async function resume(ports: ReleasePorts, application: Application): Promise<ReleaseRun> {
  return proceed(ports, application, await withFixes(ports, await runUnderWay(ports.runs)));
}

async function proceed(ports: ReleasePorts, application: Application, started: ReleaseRun): Promise<ReleaseRun> {
  let latest = started;
  const save = async (run: ReleaseRun) => {
    latest = run;
    await ports.runs.write(run);
  };
  try {
    const run = await runSteps(started, releaseSteps(ports, application), { ...ports, save });
    await goHome(ports.finalizing.git, run);
    await ports.runs.remove();
    await ports.announce({ kind: 'done', run });
    return run;
  } catch (error) {
    if (error instanceof Error) await ports.announce({ kind: 'failed', run: latest, error });
    throw error;
  }
}

/** Takes up what was pushed to the release branch since: everything after the branch is done again with it. */
async function withFixes({ finalizing: { git, log } }: ReleasePorts, run: ReleaseRun): Promise<ReleaseRun> {
  const branch = releaseBranch(run.version);
  const head = (await readRemoteRefs(git)).branches.get(branch);
  if (run.head === undefined || head === undefined) return run;
  await fetchBranches(git);
  const local = await git.look(['rev-parse', '--quiet', '--verify', `refs/heads/${branch}`]);
  if (local.code === 0 && !(await contains(git, head, local.stdout.trim()))) {
    throw new SlipwayError(
      `${branch} has commits that are not pushed; type \`git push ${git.remote} ${branch}\``,
      ExitCode.Refused,
    );
  }
  if (head === run.head) return run;
  if (run.done.includes('promote') || !(await contains(git, head, run.head))) {
    const reason = run.done.includes('promote') ? 'after it went to production' : 'in its history';
    throw new SlipwayError(`${branch} was changed ${reason}; put it back to ${run.head}`, ExitCode.Refused);
  }
  log(`going on with ${head.slice(0, 7)}, which was pushed to ${branch}`);
  const { digest: _old, ...rest } = run;
  return { ...rest, head, done: ['branch'] };
}

function isUnderWay({ version, at = 'branch' }: ReleaseRun): SlipwayError {
  return new SlipwayError(
    `${version} is under way, at "${at}"; type \`slipway resume\` to go on or \`slipway abort\` to give it up`,
    ExitCode.Refused,
  );
}
