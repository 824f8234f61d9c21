import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { finish, recordEnd } from './finish';
import type { StackFolder } from './adapters/stack-folder';
import { Run } from './run';
import { StepLog } from './step-log';
import { removeStrays } from './strays';
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
  return new Run({ world, folder, steps, wanted, current, journal, ...(before && { before }) });
}

/**
 * Ends a run whose process is gone: one that was proven to be live is written down, any other one is taken back. One that
 * waits for a decision goes on waiting.
 *
 * The caller holds the lock, so nobody works on that run any more.
 *
 * @param wasKilled  whether the last owner of the lock did not give it back
 * @returns the run that was taken back
 */
export async function endInterrupted(world: World, folder: StackFolder, wasKilled: boolean): Promise<Run | undefined> {
  const run = openRun(world, folder);
  if (run === undefined) {
    if (folder.journal() !== undefined) folder.clearJournal();
    // It may have been killed before it began, with a pull or a removal on the way.
    if (wasKilled) await removeStrays(world, folder);
    return undefined;
  }
  const { state, n } = run.journal;
  const { version } = run.manifest;
  if (state === 'paused' || state === 'canary') return undefined;
  world.output.log(`release #${n} (${version}) was interrupted`);
  if (state === 'proven') {
    await finish(run);
    return undefined;
  }
  await takeBackLate(run);
  const isBroken = folder.records().some(record => record.n === n && record.result === 'broken');
  if (isBroken) recordEnd(run, 'rolled back', 'what could not be taken back at first was taken back later');
  else recordEnd(run, 'interrupted', 'the program was ended in the middle; what it had begun was taken back');
  return run;
}

async function takeBackLate(run: Run): Promise<void> {
  try {
    await takeBack(run);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SlipwayError(
      `release #${run.journal.n} (${run.manifest.version}) cannot be taken back: ${why}; see \`status\` and \`runbook\`, then repeat`,
      ExitCode.RollbackFailed,
      { cause: error },
    );
  }
}
