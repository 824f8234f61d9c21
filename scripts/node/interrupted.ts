import { finish, recordEnd } from './finish';
import type { StackFolder } from './adapters/stack-folder';
import { changedUnits } from './prepare';
import { Run } from './run';
import { StepLog } from './step-log';
import { takeBack } from './take-back';
import type { World } from './world';

/** The run that the journal tells of; undefined when nothing goes on. */
export function openRun(world: World, folder: StackFolder): Run | undefined {
  const journal = folder.journal();
  const wanted = journal && folder.kept(journal.n);
  if (journal === undefined || wanted === undefined) return undefined;
  const before = journal.from === null ? undefined : folder.kept(journal.from);
  const current = folder.current();
  const steps = new StepLog(world.output, world.now, journal.timings);
  const changed = changedUnits(wanted.release, wanted.resolved, current);
  return new Run({ world, folder, steps, wanted, current, journal, changed, ...(before && { before }) });
}

/**
 * Ends a run whose process is gone: one that was proven to be live is written down, any other one is taken back. One that
 * waits for a decision goes on waiting.
 *
 * The caller holds the lock, so nobody works on that run any more.
 */
export async function endInterrupted(world: World, folder: StackFolder): Promise<void> {
  const run = openRun(world, folder);
  if (run === undefined) {
    folder.clearJournal();
    return;
  }
  const { state, n } = run.journal;
  const { version } = run.manifest;
  if (state === 'paused' || state === 'canary') return;
  world.output.log(`release #${n} (${version}) was interrupted`);
  if (state === 'proven') {
    await finish(run);
    return;
  }
  await takeBack(run);
  recordEnd(run, 'interrupted', 'the program was ended in the middle; what it had begun was taken back');
}
