import { describeLoad } from '../support/public-load';
import { SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';
import { SwarmWorld } from '../support/swarm-world';
import { Random } from './random';
import { ReleaseCrash } from './release-crash';

/**
 * `npm run soak`: the kills of the lane `release-crash`, in a large number. SOAK_SEED brings a run back; without it each run
 * tries other moments.
 */
const HOUR = 3_600_000;
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 32);
const KILLS = 200;

let world: SwarmWorld;

beforeAll(async () => {
  if (SWARM_LANE.missing === undefined) world = await SwarmWorld.start();
}, SWARM_START_MS);
afterAll(() => (SWARM_LANE.missing === undefined ? world.stop() : undefined), SWARM_START_MS);

SWARM_LANE.test(
  `${KILLS} times kill -9 of a release are noticed by nobody, SOAK_SEED=${SEED}`,
  async () => {
    const crash = await ReleaseCrash.open(world, new Random(SEED), 3_600);
    const { killed, missed, switched } = await crash.rounds(KILLS);
    const books = await crash.visitors.stop();
    process.stdout.write(describeLoad(`${killed} kills, ${switched} after the switch, ${missed} missed`, books));
    expect(books.reasons).toEqual({});
  },
  HOUR,
);
