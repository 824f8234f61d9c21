import { blockedAlter } from '../soak/blocked-alter';
import { MIGRATION_COUNT } from '../soak/crash-migrations';
import { useCrashWorld } from '../soak/crash-world';
import { killing, resetting } from '../soak/harm';
import { Random } from '../soak/random';
import { wordsOf } from '../soak/runner-process';
import { Sleeper } from '../soak/sleeper';
import { DATABASE_LANES } from '../support/database-servers';

/**
 * What a migration run must survive, on real servers and with the real program: after every harm, another run brings the
 * schema to exactly what an undisturbed run makes of it. `npm run soak` does the same with larger numbers.
 */
const MINUTE = 60_000;
const SEED = 20_261_121;
const KILLS = 60;
const RESETS = 20;
const SERVER_KILLS = 4;
/** Pieces of the traffic after which a run falls asleep: between statements and inside of transactions. */
const SLEEPS = [40, 57, 80];
/** What everybody else waits behind a waiting ALTER: its `lock_wait_timeout` of 5 s, and the copy's last moment. */
const WORST_READ_MS = 7_500;

describe.each(DATABASE_LANES)('migrations on $kind', lane => {
  const sleepers: Sleeper[] = [];
  // Before the server goes, which is what the hooks of the world do.
  afterAll(() => Promise.all(sleepers.map(sleeper => sleeper.wake())), MINUTE);
  const world = useCrashWorld(lane, MINUTE);
  beforeAll(async () => {
    if (lane.missing !== undefined) return;
    // The server ends their sessions after a minute, which passes while the other tests run.
    for (const piece of SLEEPS) sleepers.push(await Sleeper.fallAsleep(world(), piece));
  }, MINUTE);

  lane.test(
    'are refused at once to whoever does not want to wait, with the name of who holds the lock',
    async () => {
      const end = await world().run(sleepers[0]!.url, ['up', '--wait', '0', '--json']).ended;
      expect(wordsOf(end)).toMatch(/^exit code 3\n/);
      expect(JSON.parse(end.stdout)).toMatchObject({ ok: false, code: 'locked' });
      expect(end.stderr).toMatch(/connection \d+, root@/);
    },
    MINUTE,
  );

  lane.test(
    `end right after ${KILLS} times kill -9`,
    async () => {
      const tally = await world().rounds(KILLS, new Random(SEED), killing);
      expect(tally.harmed).toBe(KILLS);
    },
    4 * MINUTE,
  );

  lane.test(
    `end right after ${RESETS} times a connection that is reset`,
    async () => {
      const tally = await world().rounds(RESETS, new Random(SEED), resetting);
      expect(tally.harmed).toBe(RESETS);
    },
    2 * MINUTE,
  );

  lane.test(
    'are applied once by five runners at the same time',
    async () => {
      const url = await world().server.createSchema('five');
      const five = Array.from({ length: 5 }, () => world().run(url, ['up', '--wait', '60', '--json']));
      const ends = await Promise.all(five.map(({ ended }) => ended));
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
      expect(ends.map(({ stdout }) => appliedIn(stdout)).sort((a, b) => a - b)).toEqual([0, 0, 0, 0, MIGRATION_COUNT]);
      expect(await world().state('five')).toBe(world().expected);
    },
    MINUTE,
  );

  lane.test(
    'of a big table that somebody holds wait in short turns, say who it is, and get through in the end',
    async () => {
      const { end, blocker, worstRead, rows, type } = await blockedAlter(world().server);
      expect(wordsOf(end)).toMatch(/^exit code 0\n/);
      expect(end.stderr).toContain(`connection ${blocker}, root@`);
      expect(worstRead).toBeLessThan(WORST_READ_MS);
      expect({ rows, type }).toEqual({ rows: 2 ** 21, type: 'bigint' });
    },
    2 * MINUTE,
  );

  lane.test(
    'are done by another run when a stopped one has lost its lock, and the first can write nothing when it wakes up',
    async () => {
      for (const { schema, url } of sleepers) {
        const end = await world().run(url, ['up', '--wait', '90']).ended;
        expect(wordsOf(end)).toMatch(/^exit code 0\n/);
        expect(await world().state(schema)).toBe(world().expected);
      }
      for (const sleeper of sleepers) {
        expect(wordsOf(await sleeper.wake())).toMatch(/^exit code [^0]/);
        expect(await world().state(sleeper.schema)).toBe(world().expected);
      }
    },
    4 * MINUTE,
  );

  (lane.ours ? lane.test : lane.test.skip)(
    'end right when the server is killed in the middle',
    async () => {
      const random = new Random(SEED);
      for (let round = 1; round <= SERVER_KILLS; round++) {
        const schema = `server_${round}`;
        const url = await world().server.createSchema(schema);
        let killed = Promise.resolve();
        const spring = () => void (killed = world().server.kill('SIGKILL'));
        world().proxy.set({ piece: random.between(40, 120), forward: random.chance(0.5), spring });
        const disturbed = await world().up(world().proxied(url)).ended;
        await killed;
        expect(wordsOf(disturbed)).toMatch(/^exit code [^0]/);
        await world().server.restart();
        expect(wordsOf(await world().up(url).ended)).toMatch(/^exit code 0\n/);
        expect(await world().state(schema)).toBe(world().expected);
      }
    },
    2 * MINUTE,
  );
});

/** How many migrations a run says that it has applied. */
function appliedIn(stdout: string): number {
  return (JSON.parse(stdout) as { applied: unknown[] }).applied.length;
}
