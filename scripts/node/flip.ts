import { ExitCode } from '../domain/exit-code';
import type { StackFolder } from './adapters/stack-folder';
import type { Outcome } from './apply';
import { fail } from './failure';
import { finish } from './finish';
import { newJournal } from './journal';
import { changedUnits } from './prepare';
import { type KeptRelease, Run } from './run';
import { liveRoutes, writeLive } from './routes';
import { listed, wantedOf } from './start-colours';
import { StepLog } from './step-log';
import { provePublic } from './switch-traffic';
import { waitForTasks } from './wait-for-tasks';
import type { World } from './world';

/**
 * Gives the traffic back to the tasks of a release that are still kept: one rename, nothing is started.
 *
 * @param n       its number
 * @param wanted  the release, as it was handed in
 * @returns undefined when that release is not kept, its tasks do not all run any more, or it differs from what is live in
 *   more than its colours
 */
export async function flipToKept(
  world: World,
  folder: StackFolder,
  n: number,
  wanted: KeptRelease,
): Promise<Outcome | undefined> {
  const current = folder.current();
  const before = current.n === null ? undefined : folder.kept(current.n);
  if (current.kept?.n !== n || before === undefined) return undefined;
  const { colours } = current.kept;
  const changed = await changedUnits(world, folder.stack, wanted, current);
  if (!changed.every(({ services }) => services.every(name => name in colours))) return undefined;

  const steps = new StepLog(world.output, world.now);
  const journal = {
    ...newJournal({ n: folder.nextNumber(), from: current.n, verb: 'rollback', at: world.now() }),
    changed: changed.map(({ name }) => name),
  };
  const run = new Run({ world, folder, steps, wanted, before, current, journal });
  if (!(await stillRuns(run))) {
    steps.note(`the tasks of ${wanted.release.manifest.version} do not all run any more`);
    return undefined;
  }
  folder.keep(journal.n, wanted);
  try {
    await steps.run('switch', `back to ${wanted.release.manifest.version}, whose tasks still run`, async () => {
      run.begin({ kind: 'switched' });
      await writeLive(world, liveRoutes(run, [changed]));
    });
    await provePublic(run, changed);
    run.note({ state: 'proven' });
  } catch (error) {
    throw await fail(run, error);
  }
  const record = await finish(run);
  return { exitCode: ExitCode.Done, result: 'done', n: record.n, record };
}

/** Whether the public would find the kept tasks, all of them. */
async function stillRuns(run: Run): Promise<boolean> {
  try {
    await waitForTasks(run.world, run.stack, wantedOf(run, run.changed), 0);
  } catch {
    return false;
  }
  for (const [name, replicas] of listed(run, run.changed)) {
    if ((await run.world.traefik.servers(name)) !== replicas) return false;
  }
  return true;
}
