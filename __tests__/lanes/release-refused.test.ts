import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Release } from '../../scripts/domain/release/release';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import { REGISTRY_LOGIN } from '../../scripts/rehearsal/swarm-lab/registry';
import { type Deployed, DeployProgram, type Running } from '../support/deploy-program';
import { visit } from '../support/node-visitor';
import { type SampleOptions, sampleRelease } from '../support/sample-release';
import { SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';
import { RELEASE_MS, SwarmWorld } from '../support/swarm-world';

/** What keeps a release from its way: somebody else, the node, the registry, secrets. One release is live all the time. */
const STACK = 'webshop-prod';
const QUICK = { watchSeconds: 0, drainSeconds: 0 };
const HOUR = 3_600_000;

let world: SwarmWorld;
/** The program with a stand-in for `aws`. */
let deploy: DeployProgram;
let version = 0;

beforeAll(async () => {
  if (SWARM_LANE.missing !== undefined) return;
  world = await SwarmWorld.start();
  deploy = programWith([]);
  await expect(release()).resolves.toMatchObject({ code: 0 });
}, SWARM_START_MS);
afterAll(() => (SWARM_LANE.missing === undefined ? world.stop() : undefined), SWARM_START_MS);

/** The program, started by a command that changes its surroundings. */
function programWith(prefix: readonly string[]): DeployProgram {
  const bin = path.join(world.lab.folder, 'bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.copyFileSync(path.join(__dirname, 'fixtures', 'stand-in-aws.sh'), path.join(bin, 'aws'));
  fs.chmodSync(path.join(bin, 'aws'), 0o755);
  const settings = world.lab.writeNodeSettings();
  const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
  return new DeployProgram(
    bin,
    { ...process.env, ...world.lab.dockerEnv, PATH, SLIPWAY_NODE_CONFIG: settings },
    prefix,
  );
}

async function next(options: Partial<SampleOptions> = {}): Promise<Release> {
  const name = `1.0.${(version += 1)}`;
  const image = await world.lab.pushVersion(name);
  return sampleRelease({ version: name, image, ...options, manifest: { ...QUICK, ...options.manifest } });
}

async function release(options: Partial<SampleOptions> = {}): Promise<Deployed> {
  return deploy.apply(await next(options));
}

/** A release that watches its new tasks at this moment. */
async function atWork(by: string): Promise<Running> {
  const run = deploy.start('apply', JSON.stringify(await next({ manifest: { watchSeconds: 3, by } })));
  await run.said(/watch:/);
  return run;
}

async function live(): Promise<string> {
  const { headers } = await visit('https', world.lab.ports.https, 'example.org');
  return String(headers['x-version'] ?? '');
}

/** Runs something, after which nothing must be other than before. */
async function untouched<T>(work: () => Promise<T>): Promise<T> {
  const [before, services] = [await live(), await world.services()];
  const result = await work();
  await expect(live()).resolves.toBe(before);
  const left = (await world.services()).filter(name => !services.includes(name));
  expect(left).toEqual([]);
  await expect(world.status()).resolves.toMatchObject({ version: before, dirty: [] });
  return result;
}

describe('somebody else', () => {
  const lockFile = () => path.join(world.lab.state, 'run', STACK, 'lock.json');
  const change = (part: object) => {
    const state = JSON.parse(fs.readFileSync(lockFile(), 'utf8')) as object;
    fs.writeFileSync(lockFile(), JSON.stringify({ ...state, ...part }));
  };
  const anHourAgo = () => new Date(Date.now() - HOUR).toISOString();

  SWARM_LANE.test(
    'who releases at the moment is named, and goes on undisturbed',
    async () => {
      const first = await atWork('anna');
      const second = await deploy.apply(await next({ manifest: { by: 'ben' } }));
      expect(second).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/locked by anna \(apply 1\.0\.\d+, since/),
      });
      await expect(first.ended).resolves.toMatchObject({ code: 0 });
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'who was killed holds nothing: the next one takes over, and the audit says so',
    async () => {
      const first = await atWork('carla');
      first.process.kill('SIGKILL');
      await first.ended;
      await expect(release()).resolves.toMatchObject({ code: 0 });
      const { stdout } = await deploy.run('audit');
      expect(stdout).toMatch(/took over the lock of carla \(apply 1\.0\.\d+ since .*\), whose process is gone/);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'who hangs without a sign of life is ended, and not before',
    async () => {
      const first = await atWork('dora');
      first.process.kill('SIGSTOP');
      await expect(release()).resolves.toMatchObject({ code: 3, stderr: expect.stringContaining('dora') });
      // Its last sign of life, so that nobody here has to wait for two minutes.
      change({ heartbeat: anHourAgo() });
      await expect(release()).resolves.toMatchObject({ code: 0 });
      await expect(first.ended).resolves.toMatchObject({ signal: 'SIGKILL' });
      await expect(world.status()).resolves.toMatchObject({ version: await live(), dirty: [] });
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'who has locked the stack for a while keeps all others out, until it is unlocked or over',
    async () => {
      const lock = 'lock --by emma --minutes 30 --reason migration%20by%20hand';
      await expect(deploy.run(lock)).resolves.toMatchObject({ code: 0 });
      const refused = await untouched(() => release());
      expect(refused).toMatchObject({
        code: 3,
        stderr: expect.stringMatching(/emma .*until .*migration by hand.*unlock/),
      });
      await expect(release({ manifest: { by: 'emma' } })).resolves.toMatchObject({ code: 0 });
      await expect(world.status()).resolves.toMatchObject({ lock: { by: 'emma' } });
      await expect(deploy.run('unlock --by fred')).resolves.toMatchObject({ stdout: expect.stringContaining('emma') });
      await expect(deploy.run('prune')).resolves.toMatchObject({ code: 0 });

      await expect(deploy.run(lock)).resolves.toMatchObject({ code: 0 });
      change({ until: anHourAgo() });
      await expect(deploy.run('prune')).resolves.toMatchObject({ code: 0 });
      await expect(world.status()).resolves.not.toHaveProperty('lock');
    },
    RELEASE_MS,
  );
});

describe('a full disk', () => {
  SWARM_LANE.test(
    'of the engine is noticed before anything is pulled',
    async () => {
      // Only this run sees the small disk in the engine's place; the engine itself goes on with its own.
      const root = await world.lab.docker('info', '--format', '{{.DockerRootDir}}');
      const fill = `mount -t tmpfs -o size=1M tmpfs ${root} && head -c 900k /dev/zero >${root}/full && exec "$@"`;
      const program = programWith(['unshare', '--mount', 'sh', '-c', fill, 'sh']);
      const ended = await untouched(async () => program.apply(await next()));
      expect(ended).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/disk of the node is \d\d % full .*run `prune`/),
      });
      expect(ended.stderr).not.toContain('pull:');
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'under the records ends a release truthfully in its middle, and the next run mends it',
    async () => {
      const folder = path.join(world.lab.state, 'run', STACK);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
      try {
        const ended = await untouched(async () => {
          const run = await atWork('anna');
          fill(path.join(folder, 'full'));
          return run.ended;
        });
        expect(ended).toMatchObject({ code: 5, stderr: expect.stringContaining('ENOSPC') });
        fs.rmSync(path.join(folder, 'full'));
        await expect(deploy.run('tidy')).resolves.toMatchObject({ code: 0 });
        await expect(world.status()).resolves.not.toHaveProperty('unfinished');
      } finally {
        execFileSync('umount', [folder]);
      }
    },
    RELEASE_MS,
  );

  function fill(file: string): void {
    const handle = fs.openSync(file, 'a');
    try {
      for (;;) fs.writeSync(handle, Buffer.alloc(1_024));
    } catch {
      // Full.
    } finally {
      fs.closeSync(handle);
    }
  }
});

describe('too little memory', () => {
  /** What a task may take, as a share of what the machine has left. */
  const limits = (share: number, replicas: number) => {
    const free = Number(/^MemAvailable:\s+(\d+) kB/m.exec(fs.readFileSync('/proc/meminfo', 'utf8'))?.[1]);
    const swap = Number(/^SwapFree:\s+(\d+) kB/m.exec(fs.readFileSync('/proc/meminfo', 'utf8'))?.[1]);
    const memory = `${Math.round(((free + swap / 2) * share) / 1024)}M`;
    return { web: { deploy: { replicas, resources: { limits: { memory } } } } };
  };

  SWARM_LANE.test(
    'for two colours is told of, and the release goes task by task',
    async () => {
      const ended = await release(limits(0.7, 2));
      expect(ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/two colours do not fit .*task by task/) });
      expect(ended.stderr).toContain('roll: web in place');
      await expect(world.status()).resolves.toMatchObject({ version: await live(), dirty: [] });
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'for one more task ends the release before anything is pulled',
    async () => {
      const ended = await untouched(() => release(limits(3, 1)));
      expect(ended).toMatchObject({ code: 5, stderr: expect.stringContaining('no further task fits on this node') });
      expect(ended.stderr).not.toContain('pull:');
    },
    RELEASE_MS,
  );
});

describe('the registry', () => {
  afterEach(() => (SWARM_LANE.missing === undefined ? world.lab.registry.start() : undefined));

  SWARM_LANE.test(
    'that is out of reach ends a release, and no way back to what is on the node',
    async () => {
      for (let count = 0; count < 3; count += 1) await expect(release()).resolves.toMatchObject({ code: 0 });
      const unreachable = await next();
      await world.lab.registry.stop();
      const ended = await untouched(() => deploy.apply(unreachable));
      expect(ended).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/cannot be pulled: .*check that the registry/),
      });
      const older = `1.0.${version - 3}`;
      await expect(deploy.run(`rollback ${older}`)).resolves.toMatchObject({ code: 0 });
      await expect(live()).resolves.toBe(older);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'that refuses the password ends a release; the password is in no output, and the right one works',
    async () => {
      const registry = {
        server: world.lab.registry.server,
        username: REGISTRY_LOGIN.username,
        passwordSecret: 'registry',
      };
      const wanted = await next({ manifest: { registry } });
      await world.lab.registry.start({ login: true });
      parameter('registry', 'marked-wrong-password');
      const refused = await untouched(() => deploy.apply(wanted));
      expect(refused).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/registry \S+ refuses the user webshop: .*renew the secret/),
      });
      expect(`${refused.stdout}${refused.stderr}`).not.toContain('marked');
      parameter('registry', REGISTRY_LOGIN.password);
      const released = await deploy.apply(wanted);
      expect(released).toMatchObject({ code: 0 });
      expect(`${released.stdout}${released.stderr}`).not.toContain(REGISTRY_LOGIN.password);
      expect(found('marked-wrong-password')).toEqual([]);
    },
    RELEASE_MS,
  );
});

/** Sets a parameter of the stand-in for SSM. */
function parameter(name: string, value: string): void {
  const file = path.join(world.lab.folder, 'bin', 'parameters', 'webshop', 'prod', 'secrets', name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, value);
}

/** Files with a text in them: the program's state, what Traefik reads, and what is left in memory. */
function found(text: string): string[] {
  const { state, dynamic } = world.lab;
  const left = fs.readdirSync('/dev/shm').filter(name => name.startsWith('slipway-deploy-'));
  const places = [state, dynamic, ...left.map(name => path.join('/dev/shm', name))];
  const files = places.flatMap(place =>
    fs.readdirSync(place, { recursive: true }).map(name => path.join(place, String(name))),
  );
  return files.filter(file => fs.statSync(file).isFile() && fs.readFileSync(file).includes(text));
}

describe('secrets', () => {
  const withSecret = (options: Partial<SampleOptions> = {}) => ({
    ...options,
    web: { secrets: [{ source: 'app-key' }] },
    stack: { secrets: { 'app-key': {} } },
    manifest: {
      ...options.manifest,
      hooks: { preSwitch: [{ service: 'web', command: ['sh', '-c', 'cat /run/secrets/app-key | wc -c'] }] },
    },
  });

  SWARM_LANE.test.each([
    ['does not exist', undefined],
    ['has no value yet', 'not-set'],
  ])(
    'of which one %s end a release with the command that enters it',
    async (what, value) => {
      if (value !== undefined) parameter('app-key', value);
      const ended = await untouched(() => release(withSecret()));
      expect(ended).toMatchObject({
        code: 5,
        stderr: expect.stringContaining(`/webshop/prod/secrets/app-key ${what}`),
      });
      expect(ended.stderr).toMatch(/aws ssm put-parameter .*--name \/webshop\/prod\/secrets\/app-key /);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'are read by the tasks, change with the next release, and are seen nowhere else',
    async () => {
      const said: string[] = [];
      const names: string[] = [];
      const processes = watchProcesses('marked');
      for (const value of ['marked-first-value', 'marked-2nd', 'marked-2nd']) {
        parameter('app-key', value);
        const ended = await release(withSecret());
        said.push(ended.stdout, ended.stderr);
        expect(ended).toMatchObject({ code: 0 });
        names.push(await world.lab.docker('secret', 'ls', '--format', '{{.Name}}'));
      }
      expect(processes.seen()).toEqual([]);
      // Another value is another name; the old one stays for the way back.
      expect(names.map(name => name.split('\n').length)).toEqual([1, 2, 2]);
      expect(names.join()).not.toContain('marked');
      for (const words of ['status --json', 'releases --json', 'audit --json', 'runbook']) {
        said.push((await deploy.run(words)).stdout);
      }
      const ids = (await world.services()).map(name => name);
      said.push(
        await world.lab.docker('service', 'inspect', ...ids),
        await world.lab.docker('inspect', ...(await containers())),
      );
      expect(said.join()).not.toContain('marked');
      expect(found('marked')).toEqual([]);
    },
    RELEASE_MS,
  );

  SWARM_LANE.test(
    'that no release needs any more go, and so do images but for those of the last five releases',
    async () => {
      for (let count = 0; count < 6; count += 1)
        await expect(release({ manifest: { keepMinutes: 0 } })).resolves.toMatchObject({ code: 0 });
      await expect(world.lab.docker('secret', 'ls', '--format', '{{.Name}}')).resolves.toBe('');
      // Tasks that were replaced just now still have theirs.
      await waitUntil('only what is live runs', RELEASE_MS, async () => (await containers()).length === 2 || undefined);
      await expect(deploy.run('prune')).resolves.toMatchObject({ code: 0 });
      const { stdout } = await deploy.run('releases --json');
      const lines = stdout.trim().split('\n');
      const records = lines.map(line => JSON.parse(line) as { result: string; images: { web: string } });
      const good = records.filter(({ result }) => result === 'done').map(({ images }) => images.web.split('@')[1]);
      const format = '{{.Repository}} {{.Digest}}';
      const kept = await world.lab.docker(
        'images',
        '--digests',
        '--format',
        format,
        `${world.lab.registry.server}/web`,
      );
      const digests = kept.split('\n').map(line => line.split(' ')[1]);
      expect(digests.sort()).toEqual([...new Set(good)].slice(0, 5).sort());
    },
    RELEASE_MS,
  );

  async function containers(): Promise<string[]> {
    return (await world.lab.docker('ps', '--all', '--quiet')).split('\n');
  }

  /** Looks at the arguments and the environment of all processes until it is asked what it has seen. */
  function watchProcesses(text: string): { seen: () => string[] } {
    const all: string[] = [];
    const look = () => {
      for (const pid of fs.readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)) {
        for (const part of ['cmdline', 'environ']) {
          const file = `/proc/${pid}/${part}`;
          try {
            if (fs.readFileSync(file).includes(text))
              all.push(`${part} of ${fs.readFileSync(`/proc/${pid}/comm`, 'utf8')}`);
          } catch {
            // It is gone.
          }
        }
      }
    };
    const timer = setInterval(look, 50);
    return {
      seen: () => {
        clearInterval(timer);
        return all;
      },
    };
  }
});

describe('a change by hand', () => {
  SWARM_LANE.test(
    'is told of by status, and undone by the same release; once more, that has nothing to do',
    async () => {
      const same = await next();
      await expect(deploy.apply(same)).resolves.toMatchObject({ code: 0 });
      const service = (await world.status()).services.find(({ role }) => role === 'live')!.service;
      await world.lab.docker('service', 'update', '--detach', '--env-add', 'BY=hand', service);
      const { dirty } = await world.status();
      expect(dirty).toContain(`${service} was changed since the release; release again to mend it`);
      const { stdout } = await deploy.run('status');
      expect(stdout).toMatch(/^webshop-prod {2}1\.0\.\d+ {2}DIRTY$/m);

      await expect(deploy.apply(same)).resolves.toMatchObject({ code: 0, stdout: expect.stringContaining('now runs') });
      await expect(world.status()).resolves.toMatchObject({ version: await live(), dirty: [] });

      const tasks = await taskIds();
      await expect(deploy.apply(same)).resolves.toMatchObject({
        code: 0,
        stdout: expect.stringContaining('no changes'),
      });
      await expect(taskIds()).resolves.toBe(tasks);
    },
    RELEASE_MS,
  );

  /** Tasks of all services, past ones too. */
  function taskIds(): Promise<string> {
    return world.lab.docker('stack', 'ps', '--format', '{{.ID}}', STACK);
  }
});
