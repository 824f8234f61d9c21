import type { SwarmApplication } from '../../../../stacks/swarm/application';
import { renderRelease, type RenderWish } from '../../../../scripts/domain/deploy/render-release';
import { parseRelease } from '../../../../scripts/domain/release/parse-release';
import type { Release } from '../../../../scripts/domain/release/release';
import { digest, healthcheck, node, service } from '../../../support/release-documents';

const IMAGE = `registry.example.org/shop:git-commit-ccccccc@${digest('a')}`;
const CACHE = `registry.example.org/cache:7@${digest('e')}`;
const deploy = { resources: { limits: { memory: '128M' } } };

const application: SwarmApplication = {
  services: {
    web: {
      deploy,
      healthcheck,
      environment: { PORT: '8080', MODE: 'fast' },
      secrets: [{ source: 'url' }, { source: 'key' }],
    },
    worker: { deploy: { ...deploy, replicas: 2 }, secrets: [{ source: 'url' }] },
    cache: { deploy, image: CACHE },
  },
  ...{ routes: { web: { port: 8080 } }, check: { path: '/healthz' }, keepMinutes: 5 },
  registry: { username: 'robot', passwordSecret: 'registry-token' },
  migrations: {},
  environments: { prod: { variables: { web: { MODE: 'safe', DEBUG: '' } }, replicas: { web: 3, worker: 4 } } },
};

const wish: RenderWish = {
  ...{ stack: 'webshop-prod', environment: 'prod', version: '202611.3', commit: 'c'.repeat(40) },
  ...{ image: IMAGE, registry: 'registry.example.org', by: 'anna' },
};

const render = (more: Partial<RenderWish> = {}, app: Partial<SwarmApplication> = {}) =>
  renderRelease({ ...application, ...app }, { ...wish, ...more });

describe('the document for a node', () => {
  it('is one that the node takes', () => {
    const all = {
      reason: 'why',
      runUrl: 'https://ci.example.org/1',
      migrationLevel: 3,
      canary: 10,
      strategy: 'colours',
    } as const;
    for (const release of [
      render(),
      render(all),
      render({ pause: true }, { stages: [['worker'], ['web', 'cache']] }),
    ]) {
      expect(parseRelease(JSON.stringify(release), node)).toEqual(release);
    }
  });

  it("has the application's rules and who wants it, and nothing of what only this tool knows", () => {
    expect(render({ reason: 'why', migrationLevel: 3 }).manifest).toEqual({
      ...{ stack: 'webshop-prod', version: '202611.3', commit: 'c'.repeat(40), by: 'anna', reason: 'why' },
      ...{ routes: application.routes, check: application.check, keepMinutes: 5, migrationLevel: 3 },
      registry: { server: 'registry.example.org', username: 'robot', passwordSecret: 'registry-token' },
    });
  });

  it("has the released image where a service has none of its own, and the environment's variables and numbers", () => {
    const { web, worker, cache } = render().stack.services;
    expect([web?.image, worker?.image, cache?.image]).toEqual([IMAGE, IMAGE, CACHE]);
    expect([web?.environment, worker?.environment]).toEqual([{ PORT: '8080', MODE: 'safe', DEBUG: '' }, undefined]);
    expect([web, worker, cache].map(one => one?.deploy.replicas)).toEqual([3, 4, undefined]);
    const elsewhere = render({ environment: 'dev' }).stack.services;
    expect(elsewhere['web']).toMatchObject({ environment: { PORT: '8080', MODE: 'fast' }, deploy });
    expect(elsewhere['worker']?.deploy.replicas).toBe(2);
  });

  it('declares the secrets that services name, each once, and none where there is none', () => {
    expect(render().stack.secrets).toEqual({ key: {}, url: {} });
    expect(render({}, { services: { web: { deploy } } }).stack).not.toHaveProperty('secrets');
  });

  it('prefers how this release is to go to how all do', () => {
    expect(render({ strategy: 'rolling' }, { strategy: 'colours' }).manifest.strategy).toBe('rolling');
    expect(render({}, { strategy: 'colours' }).manifest.strategy).toBe('colours');
  });
});

describe('only some services', () => {
  const older = (name: string) => service(name, { image: `registry.example.org/shop:old@${digest('b')}` });
  const live: Release = {
    ...render(),
    stack: { services: { web: older('web'), worker: older('worker'), cache: older('cache') }, configs: {} },
  };
  const images = ({ stack }: Release) =>
    Object.fromEntries(
      Object.entries(stack.services).map(([name, { image }]) => [name, image === older('').image ? 'old' : 'new']),
    );

  it('change, a stage each pattern; the others stay as they are live', () => {
    const release = render({ only: ['worker', 'w*'], live });
    expect(images(release)).toEqual({ web: 'new', worker: 'new', cache: 'old' });
    expect(release.manifest.stages).toEqual([['worker'], ['web'], ['cache']]);
    expect(release.stack.services['cache']).toEqual(older('cache'));
  });

  it('need the secrets of the others too, and no others', () => {
    const kept: Release = {
      ...live,
      stack: { services: { ...live.stack.services, web: service('web', { secrets: [{ source: 'old-key' }] }) } },
    };
    expect(render({ only: ['worker'], live: kept }).stack.secrets).toEqual({ url: {}, 'old-key': {} });
  });

  it('get the files of today, and the others those that they have', () => {
    const reads = (source: string) => ({ configs: [{ source, target: '/etc/settings' }] });
    const services = { web: { deploy, ...reads('site') }, worker: { deploy, ...reads('jobs') } };
    const configs = { site: { content: 'new' }, jobs: { content: 'new' } };
    const old: Release = {
      ...live,
      stack: {
        services: { web: service('web', reads('site')), worker: service('worker', reads('jobs')) },
        configs: { site: { content: 'old' }, jobs: { content: 'old' } },
      },
    };
    expect(render({ only: ['web'], live: old }, { services, configs }).stack.configs).toEqual({
      ...{ site: { content: 'new' }, jobs: { content: 'old' } },
    });
  });

  test.each<[string, Partial<RenderWish>, string]>([
    ['nothing is live', { only: ['web'] }, '--services needs a release that is live; leave it out for the first one'],
    [
      'one is not there',
      { only: ['web', 'mail*'], live },
      '--services has mail*, allowed are web, worker, cache, and * for',
    ],
    [
      'another is not live yet',
      { only: ['web'], live: { ...live, stack: { services: { web: older('web'), worker: older('worker') } } } },
      'cache is not live yet, so it cannot stay; add it to --services, or leave that out',
    ],
    [
      'another is live and no longer in the data',
      { only: ['web'], live: { ...live, stack: { services: { ...live.stack.services, mailer: older('mailer') } } } },
      'mailer is live and no longer in stacks/swarm, so it would go; leave --services out to let it go',
    ],
  ])('are refused when %s', (_what, more, message) => {
    expect(() => render(more)).toThrow(message);
  });
});
