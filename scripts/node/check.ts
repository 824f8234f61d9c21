import { type Expectation, findFault } from '../domain/swarm/find-fault';
import { pause } from './until';
import type { World } from './world';

const TIMES = 3;
const BETWEEN_MS = 25;
/** One lost answer may be the network's; a second one in a row is the release's. */
const WRONG_TIMES = 2;

/**
 * Asks until everything is right several times in a row.
 *
 * @returns undefined when it was, else what was wrong with the last answer
 */
export async function rightInARow(
  world: World,
  expectation: Expectation,
  patienceMs: number,
): Promise<string | undefined> {
  const times = expectation.questions.times ?? TIMES;
  const end = world.clock.now() + patienceMs;
  let [right, wrong] = [0, 0];
  for (;;) {
    const fault = await findFault(world.probe, expectation);
    right = fault === undefined ? right + 1 : 0;
    if (right === times) return undefined;
    wrong = fault === undefined ? 0 : wrong + 1;
    const isOver = world.clock.now() >= end;
    if (isOver && wrong >= WRONG_TIMES) return fault;
    // Right and wrong by turns may go on for ever.
    if (isOver && world.clock.now() >= end + patienceMs) return fault ?? 'it is right only now and then';
    await pause(world.clock, BETWEEN_MS);
  }
}
