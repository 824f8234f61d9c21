import { describeLoad, publicLoad } from '../support/public-load';
import { SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';
import { RELEASE_MS, SwarmWorld } from '../support/swarm-world';

/** The point here is the switch, not the time in which a crash would show. */
const QUICK = { watchSeconds: 1, drainSeconds: 1 };
const UPDATES = 10;

let world: SwarmWorld;

beforeAll(async () => {
  if (SWARM_LANE.missing === undefined) world = await SwarmWorld.start();
}, SWARM_START_MS);
afterAll(() => (SWARM_LANE.missing === undefined ? world.stop() : undefined), SWARM_START_MS);

describe('visitors notice nothing', () => {
  SWARM_LANE.test.each([1, 2])(
    `of ${UPDATES} releases of a service with %i task(s)`,
    async replicas => {
      const versions = Array.from({ length: UPDATES + 1 }, (_, index) => `2.${replicas}.${index}`);
      await expect(world.release(versions[0] ?? '', { replicas, manifest: QUICK })).resolves.toMatchObject({ code: 0 });
      const load = await publicLoad(world);
      for (const version of versions.slice(1)) {
        const released = await world.release(version, { replicas, manifest: QUICK });
        expect(released).toMatchObject({ code: 0, stdout: expect.stringContaining(`now runs ${version}`) });
      }
      const books = await load.stop();
      process.stdout.write(describeLoad(`${UPDATES} releases, ${replicas} task(s)`, books));
      expect(books.reasons).toEqual({});
      expect(books.requests).toBeGreaterThan(UPDATES * 50);
      // Every version had its visitors, so the load really met each switch.
      expect(Object.keys(books.versions).sort()).toEqual([...versions].sort());
    },
    RELEASE_MS * 2,
  );

  SWARM_LANE.test(
    'of a way back: first to tasks that still run, then to a release that is long gone',
    async () => {
      await world.release('3.0.1', { manifest: QUICK });
      await world.release('3.0.2', { manifest: QUICK });
      await world.release('3.0.3', { manifest: QUICK });
      const load = await publicLoad(world);
      const flipped = await world.deploy.run('rollback');
      expect(flipped).toMatchObject({ code: 0, stdout: expect.stringContaining('now runs 3.0.2') });
      expect(flipped.stderr).not.toContain('start:');
      const released = await world.deploy.run('rollback 3.0.1');
      expect(released).toMatchObject({ code: 0, stdout: expect.stringContaining('now runs 3.0.1') });
      expect(released.stderr).toContain('start:');
      const books = await load.stop();
      process.stdout.write(describeLoad('two rollbacks', books));
      expect(books.reasons).toEqual({});
      expect(Object.keys(books.versions).sort()).toEqual(['3.0.1', '3.0.2', '3.0.3']);
      await expect(world.status()).resolves.toMatchObject({ version: '3.0.1', dirty: [] });
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'of more tasks, then fewer, and the next release keeps the number',
    async () => {
      await world.release('3.1.1', { manifest: QUICK });
      const load = await publicLoad(world);
      for (const count of [3, 2]) {
        await expect(world.deploy.run(`scale web=${count}`)).resolves.toMatchObject({ code: 0 });
      }
      await expect(world.release('3.1.2', { manifest: QUICK })).resolves.toMatchObject({ code: 0 });
      const books = await load.stop();
      process.stdout.write(describeLoad('scaling', books));
      expect(books.reasons).toEqual({});
      const { services } = await world.status();
      expect(services.find(({ role }) => role === 'live')).toMatchObject({ version: '3.1.2', running: 2, wanted: 2 });
    },
    RELEASE_MS,
  );
});
