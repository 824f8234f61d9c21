import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import { describeLoad, publicLoad } from '../support/public-load';
import { SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';
import { SwarmWorld } from '../support/swarm-world';

/** Releases that are looked at for a while, with visitors on them. */
const QUICK = { watchSeconds: 1, drainSeconds: 1 };
const STORY_MS = 6 * 60_000;
/** Requests of visitors that a release answers before it turns bad: more than a release itself sees. */
const GOOD_REQUESTS = 300;
const RATE = 20;

let world: SwarmWorld;

beforeAll(async () => {
  if (SWARM_LANE.missing === undefined) world = await SwarmWorld.start();
}, SWARM_START_MS);
afterAll(() => (SWARM_LANE.missing === undefined ? world.stop() : undefined), SWARM_START_MS);

/** Requests of all services of the stack that Traefik has counted. */
async function counted(): Promise<number> {
  const { body } = await world.lab.traefikApi('/metrics');
  const numbers = [...body.matchAll(/^traefik_service_requests_total\{.*service="webshop-prod-web-.*\} (\d+)/gm)];
  return numbers.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** An hour before, in short: two samples with visitors between them. */
async function haveHistory(): Promise<void> {
  const before = await counted();
  expect(await world.deploy.run('tidy')).toMatchObject({ code: 0, stderr: '' });
  const load = await publicLoad(world, { rate: RATE });
  await waitUntil('there are visitors', STORY_MS, async () => (await counted()) > before + 50 || undefined);
  await load.stop();
  expect(await world.deploy.run('tidy')).toMatchObject({ code: 0, stderr: '' });
}

SWARM_LANE.test(
  'a good release is as good after some minutes, and is said to be',
  async () => {
    await world.release('1.0.0', { manifest: QUICK });
    await haveHistory();
    await world.release('1.1.0', { manifest: QUICK });
    const load = await publicLoad(world, { rate: RATE });
    const watched = await world.deploy.run('watch --minutes 1 --slow-ms 30000');
    process.stdout.write(`${describeLoad('watched', await load.stop())}${watched.stderr}`);
    expect(watched).toMatchObject({ code: 0, stdout: expect.stringContaining('1.1.0 was watched for 1 min') });
    expect(watched.stderr).toMatch(
      /^60 s of 60 s: \d\d\.\d requests\/s, 0\.0 % 5xx \(0\.0 % before\), 95 % within \d+ ms \(\d+ ms before\), 0 restarts$/m,
    );
    await expect(world.status()).resolves.toMatchObject({ version: '1.1.0', dirty: [] });
  },
  STORY_MS,
);

SWARM_LANE.test(
  'a release that turns bad after the switch is rolled back, if its watcher is there or not',
  async () => {
    const released = await world.release('2.0.0', { manifest: QUICK, mode: `fails-after-switch=${GOOD_REQUESTS}` });
    expect(released).toMatchObject({ code: 0 });
    const load = await publicLoad(world, { rate: RATE });
    const only = await world.deploy.run('watch --minutes 2 --only --slow-ms 30000');
    expect(only).toMatchObject({ code: 5, stderr: expect.stringMatching(/2\.0\.0: .*5xx.*it is live still/) });
    await expect(world.status()).resolves.toMatchObject({ version: '2.0.0' });

    const watch = world.deploy.start('watch --minutes 2 --slow-ms 30000 --by anna --json');
    await watch.said(/is watched for 2 min, beside \d+ requests/);
    watch.process.kill('SIGHUP');
    watch.process.stderr?.destroy();
    const { code, stdout } = await watch.ended;
    await load.stop();
    expect(code).toBe(6);
    const results = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    expect(results.at(-1)).toMatchObject({ result: 'rolled back', version: '2.0.0', breach: expect.any(String) });
    await expect(world.status()).resolves.toMatchObject({ version: '1.1.0', dirty: [] });
    const reason = expect.stringMatching(
      /^watch: \d+\.\d % of \d+ requests were answered with 5xx, 0\.0 % in the hour/,
    );
    await expect(world.lastRecord()).resolves.toMatchObject({ version: '1.1.0', by: 'anna', reason, result: 'done' });
    const audit = JSON.parse((await world.deploy.run('audit --limit 1 --json')).stdout) as object;
    expect(audit).toMatchObject({ by: 'anna', verb: 'rollback', reason, what: 'done' });
  },
  STORY_MS,
);

SWARM_LANE.test(
  'a release whose tasks do not keep running is rolled back without a single visitor',
  async () => {
    const image = await world.lab.pushVersion('3.0.0');
    expect(await world.release('3.0.0', { manifest: QUICK, image })).toMatchObject({ code: 0 });
    const watch = world.deploy.start('watch --minutes 2 --restarts 0 --slow-ms 30000');
    await watch.said(/is watched for 2 min/);
    await world.lab.docker('kill', ...(await world.containersOf(image)));
    await expect(watch.ended).resolves.toMatchObject({
      code: 6,
      stderr: expect.stringContaining('1 restarts, allowed are 0'),
    });
    const { version, services } = await world.status();
    expect(version).toBe('1.1.0');
    expect(services.find(({ role }) => role === 'live')).toMatchObject({ version: '1.1.0', running: 1 });
  },
  STORY_MS,
);
