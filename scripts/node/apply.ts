import { ExitCode } from '../domain/exit-code';
import type { ReleaseRecord } from '../domain/release/history';
import type { Release } from '../domain/release/release';
import { SlipwayError } from '../domain/slipway-error';
import { stagesOf, type Unit } from '../domain/swarm/units';
import { DowntimeProbe } from './downtime';
import { fail } from './failure';
import { finish } from './finish';
import { runHooks } from './hooks';
import type { StackFolder } from './adapters/stack-folder';
import { type Journal, newJournal } from './journal';
import { prepare } from './prepare';
import { liveRoutes, routeText, writeLive } from './routes';
import { checkBeforeTraffic } from './preview';
import { rollUnits } from './roll-units';
import { Run } from './run';
import { startColours } from './start-colours';
import { StepLog } from './step-log';
import { startCanary, switchTraffic } from './switch-traffic';
import type { World } from './world';

const MAX_DOWNTIME_SECONDS = 30;

/** How a release ended, where it did not fail. */
export interface Outcome {
  readonly exitCode: ExitCode;
  readonly result: 'done' | 'no changes' | 'paused' | 'canary';
  readonly n: number | null;
  readonly record?: ReleaseRecord;
}

/**
 * Brings a release to the public: everything is checked beside what is live before the public gets it.
 *
 * The caller holds the lock. A failure ends in a SlipwayError whose exit code says what is live now: 5, nothing has changed;
 * 6, the release before serves again; 7, a person is needed.
 */
export async function applyRelease(
  world: World,
  folder: StackFolder,
  release: Release,
  verb: Journal['verb'],
): Promise<Outcome> {
  const current = folder.current();
  const before = current.n === null ? undefined : folder.kept(current.n);
  const n = folder.nextNumber();
  const steps = new StepLog(world.output, world.now);
  const journal = newJournal({ n, from: current.n, verb, at: world.now() });
  const nothing = { secrets: {}, configs: {} };
  let run = new Run({
    world,
    folder,
    steps,
    current,
    wanted: { release, resolved: nothing },
    journal,
    ...(before && { before }),
  });
  try {
    const { resolved, changed, strategy } = await prepare(world, folder, release, n, steps);
    const wanted = { release, resolved };
    const names = changed.map(({ name }) => name);
    // What was dropped to make room is no longer in what was read first.
    const now = folder.current();
    run = new Run({
      world,
      folder,
      steps,
      current: now,
      wanted,
      journal: { ...journal, strategy, changed: names },
      ...(before && { before }),
    });
    if (isLive(run)) return { exitCode: ExitCode.Done, result: 'no changes', n: current.n };
    folder.keep(n, wanted);
  } catch (error) {
    throw await fail(run, error);
  }
  return goOn(run);
}

/** Whether there is nothing to do: all of the release runs, nothing else does, and the routes are as they should be. */
function isLive(run: Run): boolean {
  const { changed, before, wanted, world, stack } = run;
  if (changed.length > 0 || before === undefined) return false;
  const left = Object.keys(before.release.stack.services).filter(name => !(name in wanted.release.stack.services));
  return left.length === 0 && world.traefik.routes(stack) === routeText(liveRoutes(run, []));
}

/** Works through the stages from the one that the journal names, and writes down that the release is live. */
export async function goOn(run: Run): Promise<Outcome> {
  const stages = stagesOf(run.wanted.release).map(units => units.filter(unit => run.isChanged(unit)));
  const probe = DowntimeProbe.start(run);
  try {
    run.note({ state: 'running' });
    for (let stage = run.journal.stage; stage < stages.length; stage += 1) {
      run.note({ stage });
      const coloured = (stages[stage] ?? []).filter(unit => run.isColoured(unit));
      if (await changeStage(run, stages, stage)) return { exitCode: ExitCode.Done, result: 'canary', n: run.journal.n };
      if (coloured.length > 0) checkDowntime(run, probe);
      const later = stages.slice(stage + 1).some(units => units.length > 0);
      if (later && run.manifest.pause === true) {
        run.note({ state: 'paused', stage: stage + 1 });
        return { exitCode: ExitCode.Done, result: 'paused', n: run.journal.n };
      }
    }
    await settleRoutes(run, stages);
    await runHooks(run, 'post-deploy', run.manifest.hooks?.postDeploy ?? []);
    await probe?.stop();
    checkDowntime(run, probe);
    run.note({ state: 'proven' });
  } catch (error) {
    await probe?.stop();
    throw await fail(run, error);
  } finally {
    await probe?.stop();
  }
  const record = await finish(run);
  return { exitCode: ExitCode.Done, result: 'done', n: record.n, record };
}

/** @returns whether the release stops here, for some visitors to try it */
async function changeStage(run: Run, stages: readonly (readonly Unit[])[], stage: number): Promise<boolean> {
  const units = stages[stage] ?? [];
  const coloured = units.filter(unit => run.isColoured(unit));
  const through = stages.slice(0, stage + 1);
  const first = stages.findIndex(found => found.some(unit => run.isColoured(unit)));
  if (coloured.length > 0) {
    const started = run.journal.steps.some(step => step.kind === 'started' && step.unit === coloured[0]?.name);
    if (!started) {
      await startColours(run, coloured);
      await checkBeforeTraffic(run, coloured, stages.slice(0, stage));
      if (stage === first) await runHooks(run, 'pre-switch', run.manifest.hooks?.preSwitch ?? []);
      if (run.manifest.canary !== undefined && !run.hasSwitched && run.before !== undefined) {
        await startCanary(run, coloured, run.manifest.canary);
        return true;
      }
    }
    await switchTraffic(run, coloured, through);
  }
  await rollUnits(
    run,
    units.filter(unit => !run.isColoured(unit)),
    through,
  );
  return false;
}

/** Takes away the routes of services that are gone, when no switch has done so. */
async function settleRoutes(run: Run, stages: readonly (readonly Unit[])[]): Promise<void> {
  const routes = liveRoutes(run, stages);
  if (run.world.traefik.routes(run.stack) === routeText(routes)) return;
  await run.steps.run('switch', 'the routes of this release', async () => {
    run.begin({ kind: 'switched' });
    await writeLive(run.world, routes);
  });
}

function checkDowntime(run: Run, probe: DowntimeProbe | undefined): void {
  if (probe === undefined) return;
  run.note({ downtimeMs: probe.downtimeMs });
  const most = run.manifest.maxDowntimeSeconds ?? MAX_DOWNTIME_SECONDS;
  if (probe.downtimeMs <= most * 1000) return;
  throw new SlipwayError(
    `the site was down for ${(probe.downtimeMs / 1000).toFixed(1)} s, allowed are ${most} s`,
    ExitCode.VerificationFailed,
  );
}
