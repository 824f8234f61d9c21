import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import { goOn } from '../apply';
import { recordEnd } from '../finish';
import { openRun } from '../interrupted';
import type { Journal } from '../journal';
import type { Run } from '../run';
import { alone, type Asker, ownerOf } from '../session';
import { takeBack } from '../take-back';
import type { World } from '../world';
import { report } from './apply';

/** `continue` and `canary promote`: the release that waits goes on. */
export async function goOnWith(
  world: World,
  stack: string,
  asker: Asker,
  waiting: Journal['state'],
): Promise<ExitCode> {
  const folder = world.folder(stack);
  return alone(world, folder, ownerOf(asker), async () => {
    const run = waitingRun(world, stack, waiting);
    return report(world, folder, run.wanted.release, await goOn(run));
  });
}

/** `abort` and `canary drop`: what the release has changed is taken back. */
export async function takeBackWaiting(
  world: World,
  stack: string,
  asker: Asker,
  waiting: Journal['state'],
): Promise<ExitCode> {
  const folder = world.folder(stack);
  return alone(world, folder, ownerOf(asker), async ({ takenBack }) => {
    // One that was broken or interrupted waits for nobody, and has just been taken back.
    const run = takenBack ?? waitingRun(world, stack, waiting);
    if (takenBack === undefined) {
      run.note({ state: 'running' });
      await takeBack(run);
      recordEnd(run, 'aborted', `ended by ${asker.by}`);
    }
    const live = run.before?.release.manifest.version ?? 'nothing';
    world.output.print(`${stack} ${run.manifest.version} was taken back; ${live} serves`);
    world.output.json({ stack, version: run.manifest.version, result: 'aborted', live });
    return ExitCode.Done;
  });
}

function waitingRun(world: World, stack: string, waiting: Journal['state']): Run {
  const run = openRun(world, world.folder(stack));
  if (run?.journal.state === waiting) return run;
  const state =
    run === undefined ? 'no release of it waits' : `its release ${run.manifest.version} is ${run.journal.state}`;
  throw new SlipwayError(`${stack} has nothing to decide: ${state}; see \`status\``, ExitCode.Refused);
}
