import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import { Random } from '../soak/random';
import { ReleaseCrash } from '../soak/release-crash';
import type { Deployed, Running } from '../support/deploy-program';
import { visit } from '../support/node-visitor';
import { describeLoad } from '../support/public-load';
import { sampleRelease } from '../support/sample-release';
import { SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';
import { RELEASE_MS, SwarmWorld } from '../support/swarm-world';

/** What a release survives, on a real swarm and with the real program. `npm run soak` kills more of them. */
const MINUTE = 60_000;
const SEED = 20_261_125;
const KILLS = 30;
const LONG = { watchSeconds: 6, drainSeconds: 2 };

let world: SwarmWorld;
let version = 0;

beforeAll(async () => {
  if (SWARM_LANE.missing === undefined) world = await SwarmWorld.start();
}, SWARM_START_MS);
afterAll(() => (SWARM_LANE.missing === undefined ? world.stop() : undefined), SWARM_START_MS);

SWARM_LANE.test(
  `${KILLS} times kill -9 leave no lock, no half of a release and no visitor without an answer (seed ${SEED})`,
  async () => {
    const crash = await ReleaseCrash.open(world, new Random(SEED), 600);
    const tally = await crash.rounds(KILLS);
    const books = await crash.visitors.stop();
    const { killed, missed, switched } = tally;
    process.stdout.write(describeLoad(`${killed} kills, ${switched} after the switch, ${missed} missed`, books));
    expect(killed).toBe(KILLS);
    expect(switched).toBeGreaterThan(0);
    expect(books.reasons).toEqual({});
  },
  10 * MINUTE,
);

/** Hands a release in and goes on when its log says so. */
async function startRelease(line: RegExp): Promise<Running> {
  const name = `2.0.${(version += 1)}`;
  const image = await world.lab.pushVersion(name);
  const run = world.deploy.start('apply', JSON.stringify(sampleRelease({ version: name, image, manifest: LONG })));
  await run.said(line);
  return run;
}

/** The stack is one release and all of it, and the public gets what `status` says. */
async function expectTrue(): Promise<string> {
  const found = await world.status();
  expect(found).toMatchObject({ dirty: [] });
  expect(found).not.toHaveProperty('lock');
  expect(found).not.toHaveProperty('unfinished');
  expect(found.services.map(({ role }) => role)).not.toContain('other');
  await expect(publicVersion()).resolves.toBe(found.version);
  return found.version ?? '';
}

/** What a visitor gets, as soon as the proxy, which may have been started anew as well, knows the tasks. */
function publicVersion(): Promise<string> {
  return waitUntil('the site answers', RELEASE_MS, async () => {
    const answer = await visit('https', world.lab.ports.https, 'example.org').catch(() => undefined);
    return answer?.status === 200 ? String(answer.headers['x-version']) : undefined;
  });
}

describe('a release', () => {
  SWARM_LANE.test(
    'goes on when its client is gone: no signal and no closed pipe ends it, and status tells how it went',
    async () => {
      const run = await startRelease(/start:/);
      for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT', 'SIGPIPE'] as const) run.process.kill(signal);
      for (const pipe of [run.process.stdout, run.process.stderr, run.process.stdin]) pipe?.destroy();
      await expect(world.status()).resolves.toMatchObject({ lock: { by: 'test' }, unfinished: { state: 'running' } });
      await expect(run.ended).resolves.toMatchObject({ code: 0, signal: null });
      await expect(expectTrue()).resolves.toBe(`2.0.${version}`);
      await expect(world.status()).resolves.toMatchObject({ last: { result: 'done' } });
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'survives the end of the proxy in its middle, or is taken back',
    async () => {
      const run = await startRelease(/watch:/);
      const filter = 'label=com.docker.swarm.service.name=proxy_traefik';
      await world.lab.docker('kill', await world.lab.docker('ps', '--quiet', '--filter', filter));
      await expectTruthful(run);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'survives a killed engine in its middle, or is taken back',
    async () => {
      const run = await startRelease(/watch:/);
      await world.lab.killDocker();
      await world.lab.restartDocker();
      await expectTruthful(run);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test.each([/wait:/, /drain:/])(
    'whose node goes down at %s is taken back at the next boot',
    async line => {
      const before = await expectTrue();
      const run = await startRelease(line);
      run.process.kill('SIGKILL');
      await world.lab.killDocker();
      await run.ended;
      await world.lab.restartDocker();
      // As the node's timer does.
      await expect(world.deploy.run('tidy')).resolves.toMatchObject({ code: 0 });
      await settled();
      await expect(expectTrue()).resolves.toBe(before);
      await expect(world.status()).resolves.toMatchObject({ last: { result: 'interrupted' } });
    },
    RELEASE_MS,
  );

  /** The end of a run says what is live, whatever that is. */
  async function expectTruthful(run: Running): Promise<void> {
    const before = (await world.status()).version;
    const ended: Deployed = await run.ended;
    process.stdout.write(`ended with ${String(ended.code)} after ${ended.seconds.toFixed(0)} s\n`);
    expect([0, 5, 6]).toContain(ended.code);
    await settled();
    await expect(expectTrue()).resolves.toBe(ended.code === 0 ? `2.0.${version}` : before);
  }

  /** Tasks that Docker has started anew are healthy again, and Traefik has found them. */
  async function settled(): Promise<void> {
    const isSettled = async () => (await world.status()).dirty.length === 0 || undefined;
    await waitUntil('all tasks run again', RELEASE_MS, isSettled);
    await publicVersion();
  }
});
