import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as https from 'node:https';
import * as path from 'node:path';
import { sampleRelease, sampleService } from '../support/sample-release';
import { SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';
import { RELEASE_MS, SwarmWorld } from '../support/swarm-world';

/** Ways of a release beside the plain one. Each test leaves a release that is live, and starts with one of its own. */
const QUICK = { watchSeconds: 1, drainSeconds: 1 };
const STAGING = { stack: 'webshop-staging' };

let world: SwarmWorld;

beforeAll(async () => {
  if (SWARM_LANE.missing === undefined) world = await SwarmWorld.start();
}, SWARM_START_MS);
afterAll(() => (SWARM_LANE.missing === undefined ? world.stop() : undefined), SWARM_START_MS);

interface Visit {
  readonly status: number;
  readonly version: string;
  readonly cookie: string;
  readonly retryAfter: string;
}

/** A visitor's request. */
function visit(host = 'example.org', headers: Readonly<Record<string, string>> = {}, at = '/'): Promise<Visit> {
  const options = { host: '127.0.0.1', port: world.lab.ports.https, servername: host, path: at };
  return new Promise((resolve, reject) => {
    const request = https.get(
      { ...options, headers: { ...headers, host }, rejectUnauthorized: false, agent: false },
      response => {
        response.resume();
        const { 'x-version': version, 'retry-after': retryAfter, 'set-cookie': cookies } = response.headers;
        const found = {
          version: String(version ?? ''),
          retryAfter: retryAfter ?? '',
          cookie: cookies?.[0]?.split(';')[0] ?? '',
        };
        resolve({ status: response.statusCode ?? 0, ...found });
      },
    );
    request.on('error', reject);
  });
}

/** Ids of the tasks of a service that run. */
async function taskIds(service: string): Promise<string> {
  const words = ['service', 'ps', '--filter', 'desired-state=running', '--format', '{{.ID}}', service];
  return (await world.lab.docker(...words)).trim();
}

describe('a canary', () => {
  beforeEach(async () => {
    await world.release('1.0.0', { manifest: QUICK });
  }, RELEASE_MS);

  SWARM_LANE.test(
    'gets its share of the visitors, who stay with it, and becomes the release when it is promoted',
    async () => {
      const tried = await world.release('1.1.0', { manifest: { ...QUICK, canary: 50 } });
      expect(tried).toMatchObject({ code: 0, stdout: expect.stringContaining('canary promote') });
      const visits = await visitsUntil(found => new Set(found.map(({ version }) => version)).size === 2);
      const { cookie, version } = visits.at(-1)!;
      expect(cookie).toMatch(/^slipway_canary/);
      for (let again = 0; again < 6; again += 1) {
        await expect(visit('example.org', { cookie })).resolves.toMatchObject({ version });
      }
      await expect(world.release('1.2.0')).resolves.toMatchObject({ code: 9 });
      await expect(world.deploy.run('canary promote')).resolves.toMatchObject({ code: 0 });
      await expect(visit('example.org', { cookie })).resolves.toMatchObject({ version: '1.1.0' });
      await expect(world.lastRecord()).resolves.toMatchObject({ version: '1.1.0', result: 'done' });
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'leaves nothing when it is dropped',
    async () => {
      await world.release('1.3.0', { manifest: { ...QUICK, canary: 50 } });
      await expect(world.deploy.run('canary drop')).resolves.toMatchObject({ code: 0 });
      for (let again = 0; again < 6; again += 1) await expect(visit()).resolves.toMatchObject({ version: '1.0.0' });
      const { version, services } = await world.status();
      expect(version).toBe('1.0.0');
      expect(services.map(service => service.version)).not.toContain('1.3.0');
      await expect(world.deploy.run('canary drop')).resolves.toMatchObject({ code: 9 });
    },
    RELEASE_MS,
  );
});

describe('stages', () => {
  const stages = [['files'], ['web']];
  const inStages = async (version: string, pause: boolean) => {
    const image = await world.lab.pushVersion(version);
    const services = { files: sampleService(image) };
    return world.deploy.apply(sampleRelease({ version, image, services, manifest: { ...QUICK, stages, pause } }));
  };

  SWARM_LANE.test(
    'stop for a look after the first, and go on or back as one decides',
    async () => {
      await expect(inStages('4.0.0', false)).resolves.toMatchObject({ code: 0 });
      await expect(inStages('4.1.0', true)).resolves.toMatchObject({
        code: 0,
        stdout: expect.stringContaining('continue'),
      });
      await expect(world.status()).resolves.toMatchObject({ version: '4.0.0', unfinished: { state: 'paused' } });
      await expect(versions()).resolves.toEqual({ files: '4.1.0', web: '4.0.0' });
      await expect(world.deploy.run('abort')).resolves.toMatchObject({ code: 0 });
      await expect(versions()).resolves.toEqual({ files: '4.0.0', web: '4.0.0' });

      await inStages('4.2.0', true);
      await expect(world.deploy.run('continue')).resolves.toMatchObject({ code: 0 });
      await expect(versions()).resolves.toEqual({ files: '4.2.0', web: '4.2.0' });
      await expect(visit()).resolves.toMatchObject({ version: '4.2.0' });
    },
    RELEASE_MS * 2,
  );

  /** Version of each service that is live. */
  async function versions(): Promise<Record<string, string>> {
    const { services } = await world.status();
    const live = services.filter(({ role }) => role === 'live');
    return Object.fromEntries(
      live.map(({ service, version }) => [service.replace(/^webshop-prod_|-(blue|green)$/g, ''), version]),
    );
  }
});

describe('hooks', () => {
  const hooked = async (version: string, hooks: object) => world.release(version, { manifest: { ...QUICK, hooks } });
  const write = (text: string) => [{ service: 'web', command: ['echo', text] }];
  const failing = [{ service: 'web', command: ['sh', '-c', 'echo $((6*7)) tables; exit 3'] }];

  SWARM_LANE.test(
    'run in the new image, before the switch and after it, and show what they wrote',
    async () => {
      const released = await hooked('5.0.0', { preSwitch: write('migrated'), postDeploy: write('collected') });
      expect(released).toMatchObject({ code: 0 });
      const order = ['migrated\n', '. switch:', 'collected\n'].map(word => released.stderr.indexOf(word));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(order[0]).toBeGreaterThan(0);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'that fail end the release: before the switch untouched, after it rolled back',
    async () => {
      await expect(hooked('5.1.0', {})).resolves.toMatchObject({ code: 0 });
      const before = await hooked('5.2.0', { preSwitch: failing });
      expect(before).toMatchObject({ code: 5, stderr: expect.stringContaining('42 tables') });
      const after = await hooked('5.3.0', { postDeploy: failing });
      expect(after).toMatchObject({ code: 6, stderr: expect.stringContaining('5.1.0 serves again') });
      await expect(visit()).resolves.toMatchObject({ version: '5.1.0' });
      const allowed = await hooked('5.4.0', { postDeploy: failing.map(hook => ({ ...hook, allowFailure: true })) });
      expect(allowed).toMatchObject({ code: 0, stderr: expect.stringContaining('failed, which this hook may') });
      await expect(world.services()).resolves.not.toContainEqual(expect.stringContaining('hook'));
      const ended = await world.lab.docker('ps', '--all', '--format', '{{.Names}}');
      expect(ended).not.toContain('hook-');
    },
    RELEASE_MS * 2,
  );
});

describe('services of one stack', () => {
  SWARM_LANE.test(
    'in a group change together and find their own colour by its plain name; others stay as they are',
    async () => {
      const [first, second] = [await world.lab.pushVersion('6.0.0'), await world.lab.pushVersion('6.1.0')];
      const grouped = (version: string, image: string) =>
        sampleRelease({
          version,
          image,
          services: { back: sampleService(image), worker: sampleService(first) },
          manifest: {
            ...QUICK,
            groups: [['back', 'web']],
            hooks: { preSwitch: [{ service: 'web', command: ['wget', '-q', '-O', '-', 'http://back:8080/version'] }] },
          },
        });
      await expect(world.deploy.apply(grouped('6.0.0', first))).resolves.toMatchObject({ code: 0 });
      const worker = await taskIds('webshop-prod_worker');
      const released = await world.deploy.apply(grouped('6.1.0', second));
      expect(released).toMatchObject({ code: 0, stderr: expect.stringContaining('{"version":"6.1.0"}') });
      await expect(taskIds('webshop-prod_worker')).resolves.toBe(worker);
      const colours = (await world.status()).services
        .filter(({ version }) => version === '6.1.0')
        .map(({ service }) => service.split('-').at(-1));
      expect(colours).toHaveLength(2);
      expect(new Set(colours).size).toBe(1);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'that the next release does not name are told of and removed',
    async () => {
      const image = await world.lab.pushVersion('6.2.0');
      await world.deploy.apply(
        sampleRelease({ version: '6.2.0', image, services: { worker: sampleService(image) }, manifest: QUICK }),
      );
      const released = await world.deploy.apply(
        sampleRelease({ version: '6.2.1', image: await world.lab.pushVersion('6.2.1'), manifest: QUICK }),
      );
      expect(released.stderr).toMatch(/no longer needed: .*webshop-prod_worker/);
      await expect(world.services()).resolves.not.toContain('webshop-prod_worker');
    },
    RELEASE_MS,
  );
});

describe('maintenance', () => {
  SWARM_LANE.test(
    'answers 503 to the public and the site to whom it is told to, and ends',
    async () => {
      await world.release('7.0.0', { manifest: QUICK });
      await expect(world.deploy.run('maintenance on')).resolves.toMatchObject({ code: 0 });
      await expect(visit()).resolves.toMatchObject({ status: 503, retryAfter: '300' });
      // A release goes on meanwhile, and leaves the public out.
      await expect(world.release('7.1.0', { manifest: QUICK })).resolves.toMatchObject({ code: 0 });
      await expect(visit()).resolves.toMatchObject({ status: 503 });
      await expect(world.deploy.run('maintenance off')).resolves.toMatchObject({ code: 0 });
      await expect(visit()).resolves.toMatchObject({ status: 200, version: '7.1.0' });
    },
    RELEASE_MS,
  );
});

describe('two environments on one node', () => {
  SWARM_LANE.test(
    'do not touch each other',
    async () => {
      await world.release('8.0.0', { manifest: QUICK });
      await world.release('8.5.0', { manifest: { ...QUICK, ...STAGING } });
      const before = [
        await taskIds('webshop-prod_web-blue').catch(() => ''),
        await taskIds('webshop-prod_web-green').catch(() => ''),
      ];
      await expect(world.release('8.6.0', { manifest: { ...QUICK, ...STAGING } })).resolves.toMatchObject({ code: 0 });
      const after = [
        await taskIds('webshop-prod_web-blue').catch(() => ''),
        await taskIds('webshop-prod_web-green').catch(() => ''),
      ];
      expect(after).toEqual(before);
      await expect(visit()).resolves.toMatchObject({ version: '8.0.0' });
      await expect(visit('staging.example.org')).resolves.toMatchObject({ version: '8.6.0' });
      const foreign = await world.release('8.7.0', {
        manifest: { ...QUICK, ...STAGING, routes: { web: { port: 8080, hosts: ['example.org'] } } },
      });
      expect(foreign.code).not.toBe(0);
      await expect(visit()).resolves.toMatchObject({ version: '8.0.0' });
    },
    RELEASE_MS,
  );
});

describe('a node', () => {
  SWARM_LANE.test(
    'that is new comes back at the release that was live',
    async () => {
      await world.release('9.0.0', { manifest: QUICK });
      await world.lab.docker('service', 'rm', ...(await world.services()));
      fs.rmSync(path.join(world.lab.dynamic, 'webshop-prod.yml'));
      await expect(world.deploy.run('resume')).resolves.toMatchObject({ code: 0 });
      await expect(visit()).resolves.toMatchObject({ status: 200, version: '9.0.0' });
      // A second boot finds all of it there.
      const tasks = await taskIds((await world.services())[0]!);
      await expect(world.deploy.run('resume')).resolves.toMatchObject({ code: 0 });
      await expect(taskIds((await world.services())[0]!)).resolves.toBe(tasks);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'has a runbook whose commands bring the release before back, by hand',
    async () => {
      await world.release('9.1.0', { manifest: QUICK });
      await world.release('9.2.0', { manifest: QUICK });
      const { stdout } = await world.deploy.run('runbook');
      const back = stdout.slice(stdout.indexOf('# Go back to 9.1.0'));
      const { status, stderr } = spawnSync('bash', ['-euo', 'pipefail'], {
        input: back,
        encoding: 'utf8',
        timeout: 120_000,
      });
      expect(`${status ?? 'none'} ${stderr}`).toMatch(/^0 /);
      await visitsUntil(found => found.at(-1)?.version === '9.1.0');
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'is tidied: tasks that were kept for the way back go when their time is over',
    async () => {
      await world.release('9.3.0', { manifest: QUICK });
      await world.release('9.4.0', { manifest: { ...QUICK, keepMinutes: 1 } });
      await expect(world.deploy.run('tidy')).resolves.toMatchObject({ code: 0 });
      await expect(world.services()).resolves.toHaveLength(2);
      expire();
      await expect(world.deploy.run('tidy')).resolves.toMatchObject({ code: 0 });
      await expect(world.services()).resolves.toHaveLength(1);
      await expect(visit()).resolves.toMatchObject({ version: '9.4.0' });
      await expect(world.status()).resolves.toMatchObject({ dirty: [] });
    },
    RELEASE_MS,
  );

  /** Lets the time of the kept tasks be over. */
  function expire(): void {
    const file = path.join(world.lab.state, 'release', 'webshop-prod', 'current.json');
    const current = JSON.parse(fs.readFileSync(file, 'utf8')) as { kept: { until: string } };
    current.kept.until = new Date(0).toISOString();
    fs.writeFileSync(file, JSON.stringify(current));
  }
});

/** Visits until what was seen is enough; a switch by a file takes a moment. */
async function visitsUntil(enough: (found: readonly Visit[]) => boolean): Promise<Visit[]> {
  const found: Visit[] = [];
  while (!enough(found)) {
    expect(found.length).toBeLessThan(500);
    found.push(await visit());
  }
  return found;
}
