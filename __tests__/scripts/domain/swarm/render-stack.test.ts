import type { Manifest, Release, ServiceFile } from '../../../../scripts/domain/release/release';
import type { ComposeService } from '../../../../scripts/domain/swarm/compose-file';
import { contentName } from '../../../../scripts/domain/swarm/content-name';
import { renderHook, renderServices, serviceNames } from '../../../../scripts/domain/swarm/render-stack';
import { type Colour, type ResolvedNames, unitFingerprint, unitsOf } from '../../../../scripts/domain/swarm/units';
import { maximalRelease, minimalRelease, service } from '../../../support/release-documents';

const nothing: ResolvedNames = { secrets: {}, configs: {} };
const resolved: ResolvedNames = {
  secrets: { 'database-url': 'database-url_1', 'app-key': 'app-key_1' },
  configs: { settings: 'settings_1' },
};

function render(release: Release, colour: Colour = 'blue', names = resolved) {
  const units = unitsOf(release).map(unit => ({ unit, ...(unit.kind === 'coloured' && { colour }) }));
  return renderServices({ release, units, resolved: names });
}

/** The minimal release with more about its service, and that service as it is rendered. */
function renderWeb(more: Partial<ServiceFile> = {}): ComposeService {
  const services = { web: { ...minimalRelease.stack.services['web']!, ...more } };
  return render({ ...minimalRelease, stack: { services } }, 'blue', nothing).services['web-blue']!;
}

describe('a rendered stack', () => {
  it('has defaults that each answer a trap of swarm', () => {
    const fingerprint = unitFingerprint(minimalRelease, unitsOf(minimalRelease)[0]!, nothing);
    const update = {
      order: 'start-first',
      parallelism: 1,
      delay: '0s',
      monitor: '5s',
      failure_action: 'pause',
      max_failure_ratio: 0,
    };
    expect(render(minimalRelease, 'blue', nothing)).toEqual({
      version: '3.8',
      networks: { default: { driver: 'overlay' }, edge: { external: true } },
      services: {
        'web-blue': {
          image: minimalRelease.stack.services['web']!.image,
          init: true,
          read_only: true,
          stop_grace_period: '30s',
          healthcheck: { test: ['CMD', '/check'], interval: '5s', timeout: '3s', retries: 3, start_period: '30s' },
          labels: { 'slipway.fingerprint': fingerprint },
          networks: { default: {}, edge: {} },
          deploy: {
            mode: 'replicated',
            replicas: 1,
            endpoint_mode: 'dnsrr',
            resources: { limits: { memory: '128M' } },
            restart_policy: { condition: 'any', delay: '2s' },
            update_config: update,
            rollback_config: update,
            labels: {
              'slipway.version': '202611.3',
              'slipway.commit': 'c'.repeat(40),
              'slipway.unit': 'web',
              'slipway.fingerprint': fingerprint,
              'slipway.colour': 'blue',
              'traefik.enable': 'true',
              'traefik.swarm.network': 'edge',
              'traefik.http.services.webshop-prod-web-blue.loadbalancer.server.port': '8080',
            },
          },
        },
      },
    });
  });

  it('lets a release say otherwise', () => {
    expect(renderWeb({ init: false, read_only: false, stop_grace_period: '5s' })).toMatchObject({
      init: false,
      read_only: false,
      stop_grace_period: '5s',
    });
    expect(renderWeb({ healthcheck: { test: ['CMD', 'a'], retries: 9 } })['healthcheck']).toMatchObject({
      interval: '5s',
      retries: 9,
    });
  });

  it('differs in the other colour by names only', () => {
    const green = JSON.stringify(render(maximalRelease, 'green'));
    expect(green.replaceAll('green', 'blue')).toBe(JSON.stringify(render(maximalRelease, 'blue')));
  });

  it('gives volumes of a colour to coloured services, and shares the others', () => {
    expect(Object.keys(render(maximalRelease, 'green').volumes ?? {}).sort()).toEqual([
      'queue',
      'sockets-green',
      'uploads',
    ]);
  });

  it('names secrets and files by what they are in Docker, under the names of the release', () => {
    const { secrets, configs } = render(maximalRelease);
    expect(secrets).toEqual({
      'database-url': { external: true, name: 'database-url_1' },
      'app-key': { external: true, name: 'app-key_1' },
    });
    expect(configs).toEqual({ settings: { external: true, name: 'settings_1' } });
  });

  it('cannot name a secret that has not been entered', () => {
    expect(() => render(maximalRelease, 'blue', nothing)).toThrow('has not been entered into Docker');
  });

  it('holds the wanted units only, with what they use', () => {
    const [, , queue] = unitsOf(maximalRelease);
    const file = renderServices({ release: maximalRelease, units: [{ unit: queue! }], resolved });
    expect(Object.keys(file.services)).toEqual(['queue']);
    expect(file).toMatchObject({ volumes: { queue: {} }, networks: { default: { driver: 'overlay' } } });
    expect(file).not.toHaveProperty('secrets');
    expect(file.networks).not.toHaveProperty('edge');
  });

  it('starts as many tasks as the last scale says, or else the release', () => {
    const unit = unitsOf(maximalRelease)[0]!;
    const options = { release: maximalRelease, units: [{ unit, colour: 'blue' as const }], resolved };
    const replicas = (counts: Record<string, number>) =>
      (renderServices({ ...options, replicas: counts }).services['web-blue']!['deploy'] as { replicas: number })
        .replicas;
    expect([replicas({}), replicas({ web: 5 }), replicas({ web: 0 }), replicas({ proxy: 5 })]).toEqual([2, 5, 0, 2]);
  });

  it('ends a service that writes to its volume before the next one starts', () => {
    const mount = { type: 'volume' as const, source: 'data', target: '/data' };
    const orderOf = (read_only: boolean, routed: boolean) => {
      const services = { db: service('db', { volumes: [{ ...mount, read_only }] }) };
      const routes: Manifest['routes'] = routed ? { db: { port: 1 } } : {};
      const manifest = { ...minimalRelease.manifest, routes };
      const file = render({ ...minimalRelease, manifest, stack: { services, volumes: { data: {} } } });
      const [rendered] = Object.values(file.services);
      return (rendered?.['deploy'] as { update_config: { order: string } }).update_config.order;
    };
    expect(orderOf(false, false)).toBe('stop-first');
    expect(orderOf(true, false)).toBe('start-first');
    expect(orderOf(false, true)).toBe('start-first');
  });

  it('keeps every dollar sign from being read as a variable', () => {
    const rendered = renderWeb({
      command: ['$A'],
      environment: { PRICE: '5$ ${B}' },
      healthcheck: { test: ['CMD-SHELL', 'test $C'] },
    });
    expect(rendered['command']).toEqual(['$$A']);
    expect(rendered['environment']).toEqual({ PRICE: '5$$ $${B}' });
    expect(rendered['healthcheck']).toMatchObject({ test: ['CMD-SHELL', 'test $$C'] });
  });
});

describe('a rendered hook', () => {
  const [hook] = maximalRelease.manifest.hooks!.preSwitch!;
  const rendered = renderHook({ release: maximalRelease, hook: hook!, id: 'pre-0', colour: 'green', resolved });

  it('is a job with what its service has', () => {
    const [job] = Object.values(rendered.services);
    const { image, environment, secrets } = render(maximalRelease, 'green').services['web-green']!;
    expect(job).toMatchObject({
      ...{ image, environment, secrets },
      command: ['./manage.py', 'migrate'],
      entrypoint: ['/entry'],
      healthcheck: { disable: true },
      networks: { default: {}, 'web-green': {} },
      deploy: { mode: 'replicated-job', replicas: 1, restart_policy: { condition: 'none' } },
    });
    expect(JSON.stringify(rendered)).not.toMatch(/traefik|edge/);
  });

  it('stands beside the services of its stack', () => {
    expect(Object.keys(rendered.services)).toEqual(['hook-pre-0']);
    expect(rendered.volumes).toEqual({ 'sockets-green': {}, uploads: {} });
  });
});

describe('names', () => {
  it('of services in the swarm carry stack and colour', () => {
    const [web, , queue] = unitsOf(maximalRelease);
    expect(serviceNames('webshop-prod', web!, 'green')).toEqual(['webshop-prod_web-green', 'webshop-prod_proxy-green']);
    expect(serviceNames('webshop-prod', queue!)).toEqual(['webshop-prod_queue']);
  });

  it('of contents follow from content and key', () => {
    const key = Buffer.from('a key of this node');
    // `printf %s hunter2 | openssl dgst -sha256 -hmac 'a key of this node'`
    expect(contentName('webshop-prod', 'app-key', 'hunter2', key)).toBe('webshop-prod_app-key_50da3abbaf18');
    expect(contentName('webshop-prod', 'app-key', 'hunter3', key)).not.toBe(
      contentName('webshop-prod', 'app-key', 'hunter2', key),
    );
    expect(contentName('webshop-prod', 'app-key', 'hunter2', Buffer.from('another'))).not.toContain('50da3abbaf18');
  });

  it('of contents fit into what Docker allows, and stay different', () => {
    const names = ['one', 'two'].map(content => contentName('a'.repeat(40), 'b'.repeat(31), content, Buffer.from('k')));
    expect(names.map(({ length }) => length)).toEqual([64, 64]);
    expect(names[0]).not.toBe(names[1]);
  });
});
