import type { LoadResult } from '../../scripts/load/load-record';
import type { Load } from '../../scripts/load/start-load';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import type { SampleMode } from '../../scripts/rehearsal/swarm-lab/sample-images';
import type { Deployed } from '../support/deploy-program';
import { describeLoad, publicLoad } from '../support/public-load';
import { type SampleOptions, sampleRelease, sampleService } from '../support/sample-release';
import { SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';
import { RELEASE_MS, SwarmWorld } from '../support/swarm-world';

/**
 * Releases that do not work, while visitors use the site all the time. Each is handed in twice at once: to one stack as it is,
 * to another one task by task, as on a node that is too small for two colours.
 */
const PROD = 'webshop-prod';
const STAGING = 'webshop-staging';
const GOOD = { [PROD]: '1.0.0', [STAGING]: '1.0.1' } as const;
type Stack = keyof typeof GOOD;
/** For old tasks that end: their grace period is 20 s. */
const FORGET_MS = 60_000;
const QUICK = { watchSeconds: 1, drainSeconds: 1 };
/** Docker counts no failed health check before the end of this period. */
const JUDGED_SOON = { healthcheck: { ...sampleService('').healthcheck!, start_period: '1s' } };
const NOWHERE = { deploy: { ...sampleService('').deploy, placement: { constraints: ['node.labels.disk == none'] } } };

interface Fault {
  readonly mode?: SampleMode;
  readonly options?: Partial<SampleOptions>;
  /** What the program and the record say. */
  readonly reason: RegExp;
  /** Where a change task by task may be seen from another side first. @default - the same */
  readonly rolled?: RegExp;
  /** What of the tasks' own words is shown. */
  readonly log?: RegExp;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'is never healthy': {
    mode: 'never-healthy',
    options: { web: JUDGED_SOON },
    reason: /does not start: .*, its health check says: wget: server returned error: HTTP\/1.1 500/,
    log: /webshop \S+ \(never-healthy\) listens/,
  },
  // With the watch of 12 s that nobody needs to ask for.
  'crashes after 8 s': {
    mode: 'crash-after=8',
    options: { manifest: { drainSeconds: 1 } },
    reason: /does not keep running: task: non-zero exit \(1\)/,
    // Docker may have forgotten the task already, beside those of the release before.
    rolled: /does not keep running: (?:task: non-zero exit \(1\)|a task ended)/,
    log: /crash on purpose after 8 s/,
  },
  'answers 500': {
    mode: 'http-500',
    reason: /is not right(?: in public)?: \/version answers 500/,
    log: /listens on 8080/,
  },
  'is another version': { mode: 'wrong-version', reason: /\/version says version "0.0.0", wanted is/ },
  'fits on no node': { options: { web: NOWHERE }, reason: /does not start: no suitable node/ },
  'takes too much memory': {
    mode: 'oom',
    reason: /non-zero exit \(137\)/,
    // The public may meet its death first: a task that is gone (502, 504, no answer), or none that is left (404).
    rolled:
      /non-zero exit \(137\)|does not keep running: a task ended|is not right in public: \/(?:healthz|version) (?:answers (?:404|50[24])|gives no answer)/,
  },
  'ends at once, and well': {
    mode: 'exit-0',
    reason: /does not start: .*a task ended with exit code 0/,
    // Docker may have forgotten the task already.
    rolled: /does not start: .*(?:a task ended with exit code 0|Docker gave up)/,
  },
};

let world: SwarmWorld;
let visitors: Load;
let stagingVisitors: Load;
let version = 0;
/** Image of what is live on the stack that is released to task by task. */
let staging: string;

beforeAll(async () => {
  if (SWARM_LANE.missing !== undefined) return;
  world = await SwarmWorld.start();
  staging = await world.lab.pushVersion(GOOD[STAGING]);
  for (const stack of [PROD, STAGING] as const) await world.release(GOOD[stack], { manifest: { ...QUICK, stack } });
  visitors = await publicLoad(world);
  stagingVisitors = await publicLoad(world, { host: 'staging.example.org', rate: 20 });
}, SWARM_START_MS);
afterAll(async () => {
  if (SWARM_LANE.missing !== undefined) return;
  process.stdout.write(describeLoad('with the one that broke in public', await visitors.stop()));
  await stagingVisitors.stop();
  await world.stop();
}, SWARM_START_MS);

interface LastRecord {
  readonly version: string;
  readonly from: string;
  readonly result: string;
  readonly message: string;
}

/** A version that does not work, to a stack. */
function broken({ mode, options }: Fault, stack: Stack, name: string, strategy: 'auto' | 'rolling'): Promise<Deployed> {
  const manifest = { ...(options?.manifest ?? QUICK), stack, strategy };
  const watch = { watchSeconds: options?.manifest === undefined ? 1 : 12 };
  return world.release(name, { ...options, ...(mode && { mode }), manifest: { ...watch, ...manifest } });
}

async function record(stack: Stack): Promise<LastRecord> {
  const { stdout } = await world.deploy.run(`releases --limit 1 --json --stack ${stack}`);
  return JSON.parse(stdout) as LastRecord;
}

/** The release before is what there is, all of it and nothing else. */
async function expectGood(stack: Stack): Promise<void> {
  const live = GOOD[stack];
  const found = await world.status(stack);
  expect(found).toMatchObject({ version: live, dirty: [] });
  expect(found.services).toMatchObject([{ version: live, role: 'live', running: 1, wanted: 1 }]);
  expect(found).not.toHaveProperty('unfinished');
  expect(found).not.toHaveProperty('lock');
}

/** Nobody has lost anything, and nobody has met another version. */
async function expectUnnoticed(): Promise<LoadResult> {
  const books = await visitors.current();
  expect(books.reasons).toEqual({});
  expect(Object.keys(books.versions)).toEqual([GOOD[PROD]]);
  return books;
}

/** Takes an image from the node, as soon as nothing runs it any more. */
async function forgetImage(image: string): Promise<void> {
  const docker = (...words: readonly string[]) => world.lab.docker(...words);
  const running = () => world.containersOf(image);
  await waitUntil('the old tasks have ended', FORGET_MS, async () => (await running()).length === 0 || undefined);
  const ended = await world.containersOf(image, '--all');
  if (ended.length > 0) await docker('rm', '--force', ...ended);
  await docker('image', 'rm', '--force', await docker('image', 'inspect', '--format', '{{.Id}}', image));
}

describe('a release that', () => {
  SWARM_LANE.test.each(Object.entries(FAULTS))(
    '%s: the public never meets it; task by task, the release before serves again',
    async (what, fault) => {
      const name = `2.${(version += 1)}.0`;
      const [before, lostBefore] = [await expectUnnoticed(), await stagingVisitors.current()];
      const [coloured, rolled] = await Promise.all([
        broken(fault, PROD, name, 'auto'),
        broken(fault, STAGING, name, 'rolling'),
      ]);
      expect(coloured).toMatchObject({ code: 5, stderr: expect.stringMatching(fault.reason) });
      expect(coloured.stderr).toContain(`${GOOD[PROD]} was not touched`);
      if (fault.log) expect(coloured.stderr).toMatch(fault.log);
      await expect(record(PROD)).resolves.toMatchObject({
        ...{ version: name, message: expect.stringMatching(fault.reason) },
        ...{ from: GOOD[PROD], result: 'failed' },
      });
      await expectGood(PROD);
      const after = await expectUnnoticed();
      expect(after.requests).toBeGreaterThan(before.requests);

      const why = expect.stringMatching(fault.rolled ?? fault.reason);
      expect(rolled).toMatchObject({ code: 6, stderr: why });
      expect(rolled.stderr).toContain(`${GOOD[STAGING]} serves again`);
      await expect(record(STAGING)).resolves.toMatchObject({
        ...{ version: name, message: why },
        ...{ from: GOOD[STAGING], result: 'rolled back' },
      });
      await expectGood(STAGING);
      const lost = await stagingVisitors.current();
      const [failures, requests] = [lost.failed - lostBefore.failed, lost.requests - lostBefore.requests];
      process.stdout.write(`task by task, a release that ${what}: ${failures} of ${requests} requests failed\n`);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'has no image ends before anything is touched, both ways',
    async () => {
      const image = `${world.lab.registry.server}/web:9@sha256:${'0'.repeat(64)}`;
      for (const [stack, strategy] of [
        [PROD, 'auto'],
        [STAGING, 'rolling'],
      ] as const) {
        const ended = await broken({ reason: /./, options: { image } }, stack, '2.9.0', strategy);
        expect(ended).toMatchObject({ code: 5, stderr: expect.stringMatching(/cannot be pulled: .*; push the image/) });
        expect(ended.stderr).not.toContain('start:');
        await expectGood(stack);
      }
      await expectUnnoticed();
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'cannot be taken back needs a person, keeps its journal, and is taken back later',
    async () => {
      const image = await world.lab.pushVersion('2.10.0');
      // Watched until it is killed.
      const manifest = { watchSeconds: RELEASE_MS / 1000, strategy: 'rolling', stack: STAGING } as const;
      const run = world.deploy.start('apply', JSON.stringify(sampleRelease({ version: '2.10.0', image, manifest })));
      await run.said(/watch:/);
      // Whoever still waits for an answer keeps an old task alive.
      process.stdout.write(describeLoad('broken releases, task by task', await stagingVisitors.stop()));
      await forgetImage(staging);
      await world.lab.registry.stop();
      await world.lab.docker('kill', ...(await world.containersOf(image)));
      await expect(run.ended).resolves.toMatchObject({
        code: 7,
        // Docker may have forgotten the task already.
        stderr: expect.stringMatching(
          /taking it back failed as well: .*(?:No such image|Docker gave up).*repeat with `abort`/,
        ),
      });
      await expect(record(STAGING)).resolves.toMatchObject({ result: 'broken' });
      await expect(world.status(STAGING)).resolves.toMatchObject({ unfinished: { state: 'interrupted' } });

      await world.lab.registry.start();
      await expect(world.deploy.run(`abort --stack ${STAGING}`)).resolves.toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`${GOOD[STAGING]} serves`),
      });
      await expect(record(STAGING)).resolves.toMatchObject({ result: 'rolled back' });
      await expectGood(STAGING);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'breaks only once the public uses it is flipped back',
    async () => {
      process.stdout.write(describeLoad('broken releases', await expectUnnoticed()));
      const ended = await world.release('3.0.0', {
        mode: 'fails-after-switch=60',
        manifest: { watchSeconds: 1, drainSeconds: 20 },
      });
      expect(ended).toMatchObject({ code: 6, stderr: expect.stringContaining(`${GOOD[PROD]} serves again`) });
      expect(ended.stderr).toMatch(/(broke with the public on it|is not right in public): \S+ answers 500/);
      await expect(record(PROD)).resolves.toMatchObject({ version: '3.0.0', result: 'rolled back' });
      await expectGood(PROD);
      const { versions, ended: now } = await visitors.current();
      expect(versions['3.0.0']?.last).toBeLessThan(now);
      expect(versions[GOOD[PROD]]?.last).toBeGreaterThan(versions['3.0.0']?.last ?? Infinity);
    },
    RELEASE_MS,
  );
});
