import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseRelease } from '../../scripts/domain/release/parse-release';
import { TEXT } from '../../scripts/domain/release/text-rules';
import type { ComposeFile } from '../../scripts/domain/swarm/compose-file';
import { renderHook, renderServices } from '../../scripts/domain/swarm/render-stack';
import { unitsOf } from '../../scripts/domain/swarm/units';
import { laneTest } from '../support/lane';
import { maximalRelease, minimalRelease, node } from '../support/release-documents';
import { type AskedService, RecordingEngine } from '../support/recording-engine';

const docker = laneTest({ program: 'docker', install: 'apt-get install docker.io' });
const TIMEOUT_MS = 60_000;

const resolved = {
  secrets: { 'database-url': 'webshop-prod_database-url_1', 'app-key': 'webshop-prod_app-key_2' },
  configs: { settings: 'webshop-prod_settings_3' },
};
/** As a node gets it: over the wire, and read strictly. */
const release = parseRelease(JSON.stringify(maximalRelease), node);
const units = unitsOf(release).map(unit => ({ unit, ...(unit.kind === 'coloured' && { colour: 'green' as const }) }));
const all = renderServices({ release, units, resolved, replicas: { worker: 3 } });
const [hook] = release.manifest.hooks?.postDeploy ?? [];

const engine = new RecordingEngine([...Object.values(resolved.secrets), ...Object.values(resolved.configs)]);

beforeAll(() => engine.start());
afterAll(() => engine.stop());

/** What docker asks its engine for, service by service; it may have nothing to say about the file. */
async function asked(file: ComposeFile): Promise<Record<string, AskedService>> {
  engine.services.length = 0;
  engine.networks.length = 0;
  // A variable that a release must not get hold of.
  const env = { PATH: process.env['PATH'], HOME: '/nowhere', MORE: 'a secret of whoever deploys' };
  const words = ['stack', 'deploy', '--resolve-image', 'never', '--compose-file', '-', 'webshop-prod'];
  const running = promisify(execFile)('docker', ['--host', engine.host, ...words], { env, encoding: 'utf8' });
  running.child.stdin?.end(JSON.stringify(file));
  const { stderr } = await running;
  // From 26 on it says that it will not wait.
  expect(stderr.split('\n').filter(line => line !== '' && !line.includes('--detach'))).toEqual([]);
  return Object.fromEntries(engine.services.map(service => [service.Name, service]));
}

describe('a rendered stack file', () => {
  docker.each([
    ['with everything', all],
    [
      'with the least',
      renderServices({
        release: minimalRelease,
        units: unitsOf(minimalRelease).map(unit => ({ unit, colour: 'blue' as const })),
        resolved: { secrets: {}, configs: {} },
      }),
    ],
    ['of a hook', renderHook({ release, hook: hook!, id: 'post-deploy-0', colour: 'green', resolved })],
  ])(
    '%s is accepted by docker, which has nothing to say about it',
    async (_, file) => {
      const names = Object.keys(file.services).map(name => `webshop-prod_${name}`);
      expect(Object.keys(await asked(file)).sort()).toEqual(names.sort());
    },
    TIMEOUT_MS,
  );

  docker(
    'is refused by docker with an unknown key in it, so the check checks',
    async () => {
      const broken = { ...all, services: { web: { ...all.services['web-green'], imag: 'x' } } };
      await expect(asked(broken)).rejects.toThrow('imag');
    },
    TIMEOUT_MS,
  );

  docker(
    'would be spoken of by docker with a key that swarm ignores',
    async () => {
      const ignored = { ...all, services: { web: { ...all.services['web-green'], restart: 'always' } } };
      await expect(asked(ignored)).rejects.toThrow('Ignoring unsupported options: restart');
    },
    TIMEOUT_MS,
  );
});

describe('what docker makes of it', () => {
  docker(
    'has all services under their full names, and the networks',
    async () => {
      const services = await asked(all);
      const names = ['api-green', 'proxy-green', 'queue', 'web-green', 'worker'];
      expect(Object.keys(services).sort()).toEqual(names.map(name => `webshop-prod_${name}`));
      expect(engine.networks.sort()).toEqual(['webshop-prod_default', 'webshop-prod_web-green']);
    },
    TIMEOUT_MS,
  );

  docker(
    'hands every text to the task as the release says it',
    async () => {
      const { ContainerSpec } = (await asked(all))['webshop-prod_web-green']!.TaskTemplate;
      const { environment, entrypoint, command, healthcheck } = release.stack.services['web']!;
      expect(ContainerSpec).toMatchObject({
        Command: entrypoint,
        Args: command,
        Env: expect.arrayContaining(Object.entries(environment!).map(pair => pair.join('='))),
        Healthcheck: { Test: healthcheck!.test, Interval: 2e9, Timeout: 1e9, Retries: 5, StartPeriod: 90e9 },
        User: '1000:1000',
        Dir: '/srv/web',
        StopSignal: 'SIGQUIT',
        StopGracePeriod: 55e9,
        Init: false,
      });
      expect(ContainerSpec['Env']).toHaveLength(Object.keys(environment!).length);
      expect(ContainerSpec).not.toHaveProperty('ReadOnly');
    },
    TIMEOUT_MS,
  );

  docker(
    'carries every character that a release may have',
    async () => {
      const letters = Array.from({ length: 0x11000 }, (_, code) => String.fromCodePoint(code));
      const allowed = letters.filter(letter => TEXT.pattern.test(letter));
      expect(allowed.length).toBeGreaterThan(60_000);
      const parts = [0, 1, 2].map(part => allowed.slice(part * 24_000, (part + 1) * 24_000).join(''));
      const environment = Object.fromEntries(parts.map((part, index) => [`PART_${index}`, part]));
      const services = { web: { ...minimalRelease.stack.services['web']!, environment } };
      const read = parseRelease(JSON.stringify({ ...minimalRelease, stack: { services } }), node);
      const coloured = unitsOf(read).map(unit => ({ unit, colour: 'blue' as const }));
      const [asking] = Object.values(await asked(renderServices({ release: read, units: coloured, resolved })));
      const env = asking?.TaskTemplate.ContainerSpec['Env'] as string[];
      // Compared here, because a difference in 60 000 characters is nothing to print.
      expect(parts.map((part, index) => env.includes(`PART_${index}=${part}`))).toEqual([true, true, true]);
    },
    TIMEOUT_MS,
  );

  docker(
    'mounts volumes of the colour, temporary folders, secrets and files',
    async () => {
      const { ContainerSpec } = (await asked(all))['webshop-prod_web-green']!.TaskTemplate;
      expect(ContainerSpec['Mounts']).toEqual([
        expect.objectContaining({ Type: 'volume', Source: 'webshop-prod_sockets-green', Target: '/sockets' }),
        expect.objectContaining({ Source: 'webshop-prod_uploads', Target: '/srv/uploads', ReadOnly: true }),
        { Type: 'tmpfs', Target: '/tmp' },
        { Type: 'tmpfs', Target: '/run', TmpfsOptions: { SizeBytes: 16 * 1024 ** 2 } },
      ]);
      const secrets = ContainerSpec['Secrets'] as { SecretName: string; File: { Name: string } }[];
      expect(secrets.map(({ SecretName, File }) => [SecretName, File.Name])).toEqual([
        ['webshop-prod_app-key_2', 'key.txt'],
        ['webshop-prod_database-url_1', 'database-url'],
      ]);
      const configs = ContainerSpec['Configs'] as { ConfigName: string; File: { Name: string } }[];
      expect(configs.map(({ ConfigName, File }) => [ConfigName, File.Name])).toEqual([
        ['webshop-prod_settings_3', '/etc/web/settings.ini'],
      ]);
    },
    TIMEOUT_MS,
  );

  docker(
    'gives a unit of two services its own network, in which each has its plain name',
    async () => {
      const services = await asked(all);
      const networks = (name: string) =>
        Object.fromEntries(
          (services[`webshop-prod_${name}`]?.TaskTemplate.Networks ?? []).map(({ Target, Aliases }) => [
            Target,
            Aliases,
          ]),
        );
      const own = 'webshop-prod_web-green';
      expect(networks('web-green')).toEqual({ 'webshop-prod_default': ['web-green'], [own]: ['web', 'web-green'] });
      expect(networks('proxy-green')).toEqual({
        'webshop-prod_default': ['proxy-green'],
        [own]: ['proxy', 'proxy-green'],
        edge: ['proxy-green'],
      });
      expect(networks('queue')).toEqual({ 'webshop-prod_default': ['queue'] });
    },
    TIMEOUT_MS,
  );

  docker(
    'runs and changes tasks as the release program relies on',
    async () => {
      const services = await asked(all);
      const { TaskTemplate, Mode, UpdateConfig } = services['webshop-prod_web-green']!;
      expect(Mode).toEqual({ Replicated: { Replicas: 2 } });
      expect(UpdateConfig).toMatchObject({ Parallelism: 1, FailureAction: 'pause', Order: 'start-first' });
      expect(TaskTemplate.RestartPolicy).toMatchObject({ Condition: 'any' });
      expect(TaskTemplate.Placement?.Constraints).toEqual(release.stack.services['web']!.deploy.placement!.constraints);
      expect(TaskTemplate.Resources).toEqual({
        Limits: { NanoCPUs: 500_000_000, MemoryBytes: 256 * 1024 ** 2 },
        Reservations: { NanoCPUs: 100_000_000, MemoryBytes: 64 * 1024 ** 2 },
      });
      expect(services['webshop-prod_worker']?.Mode).toEqual({ Replicated: { Replicas: 3 } });
      expect(services['webshop-prod_queue']?.UpdateConfig).toMatchObject({ Order: 'stop-first' });
      const { ContainerSpec } = services['webshop-prod_api-green']!.TaskTemplate;
      expect(ContainerSpec).toMatchObject({ ReadOnly: true, Init: true, StopGracePeriod: 30e9 });
      expect(ContainerSpec['Healthcheck']).toMatchObject({
        Interval: 5e9,
        Timeout: 3e9,
        Retries: 3,
        StartPeriod: 30e9,
      });
    },
    TIMEOUT_MS,
  );

  docker(
    'runs a hook once, with what its service has but its route and its health check',
    async () => {
      const services = await asked(renderHook({ release, hook: hook!, id: 'post-0', colour: 'green', resolved }));
      const job = services['webshop-prod_hook-post-0']!;
      expect(Object.keys(services)).toHaveLength(1);
      expect(job.Mode).toEqual({ ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } });
      expect(job.TaskTemplate.RestartPolicy).toEqual({ Condition: 'none' });
      expect(job).not.toHaveProperty('UpdateConfig');
      expect(job.Labels).not.toHaveProperty('traefik.enable');
      expect(job.TaskTemplate.Networks?.map(({ Target }) => Target).sort()).toEqual([
        'webshop-prod_default',
        'webshop-prod_web-green',
      ]);
      const { ContainerSpec } = job.TaskTemplate;
      expect(ContainerSpec).toMatchObject({
        Args: ['sh', '-c', 'echo $HOME'],
        Healthcheck: { Test: ['NONE'] },
        Secrets: [expect.anything(), expect.anything()],
      });
      expect(ContainerSpec['Mounts']).toHaveLength(4);
    },
    TIMEOUT_MS,
  );
});
