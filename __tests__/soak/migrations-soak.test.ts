import { useCrashWorld } from './crash-world';
import { killing, resetting } from './harm';
import { Random } from './random';
import { DATABASE_LANES } from '../support/database-servers';

/**
 * `npm run soak`: the harm of the lane `migrations-crash`, in large numbers. SOAK_SEED brings a run back; without it each
 * run tries other moments.
 */
const HOUR = 3_600_000;
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 32);
const KILLS = 500;
const RESETS = 100;

describe.each(DATABASE_LANES)(`migrations on $kind, SOAK_SEED=${SEED}`, lane => {
  const world = useCrashWorld(lane, HOUR);

  lane.test(
    `end right after ${KILLS} times kill -9`,
    async () => {
      const tally = await world().rounds(KILLS, new Random(SEED), killing);
      expect(tally.harmed).toBe(KILLS);
    },
    HOUR,
  );

  lane.test(
    `end right after ${RESETS} times a connection that is reset`,
    async () => {
      const tally = await world().rounds(RESETS, new Random(SEED), resetting);
      expect(tally.harmed).toBe(RESETS);
    },
    HOUR,
  );
});
