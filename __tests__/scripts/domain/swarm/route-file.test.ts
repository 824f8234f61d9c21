import { SlipwayError } from '../../../../scripts/domain/slipway-error';
import type { DynamicFile, Router } from '../../../../scripts/domain/swarm/dynamic-file';
import {
  maintenanceName,
  parseRoutes,
  previewRouter,
  renderRoutes,
  type RouteOptions,
  router,
} from '../../../../scripts/domain/swarm/route-file';

const HOSTS = '(Host(`example.org`) || Host(`www.example.org`))';
const options: RouteOptions = {
  stack: 'webshop-prod',
  hostnames: ['example.org', 'www.example.org'],
  routes: { web: { port: 8080 }, api: { port: 80, hosts: ['example.org'], paths: ['/api', '/v2/deep/'] } },
  live: { web: 'blue', api: 'green' },
};
const preview = { colours: { web: 'green' as const }, token: '0a1b2c', routes: options.routes };
const canary = { colours: { web: 'green' as const }, percent: 10 };

function read(more: Partial<RouteOptions> = {}): NonNullable<DynamicFile['http']> {
  return (JSON.parse(renderRoutes({ ...options, ...more })) as DynamicFile).http ?? {};
}

function routers(more: Partial<RouteOptions> = {}): Readonly<Record<string, Router>> {
  return read(more).routers ?? {};
}

describe('public routes', () => {
  it('lead each path of a service to its live colour', () => {
    const entry = { entryPoints: ['websecure'], tls: { certResolver: 'le' } };
    expect(read()).toEqual({
      routers: {
        'webshop-prod-web': { rule: HOSTS, service: 'webshop-prod-web-blue@swarm', priority: 1001, ...entry },
        'webshop-prod-api': {
          rule: 'Host(`example.org`) && (Path(`/api`) || PathPrefix(`/api/`))',
          service: 'webshop-prod-api-green@swarm',
          priority: 1004,
          ...entry,
        },
        'webshop-prod-api_2': {
          rule: 'Host(`example.org`) && PathPrefix(`/v2/deep/`)',
          service: 'webshop-prod-api-green@swarm',
          priority: 1009,
          ...entry,
        },
      },
    });
  });

  it('do not exist for a service that is not live, or has no route', () => {
    expect(Object.keys(routers({ live: { web: 'blue', worker: 'blue' } }))).toEqual(['webshop-prod-web']);
  });

  it('are an empty file where nothing is live, as Traefik refuses empty parts', () => {
    expect(renderRoutes({ ...options, live: {} })).toBe('{}\n');
  });

  it.each([
    ['a backquote in a host', { routes: { web: { port: 1, hosts: ['a`) || Host(`b'] } } }],
    ['a backquote in a path', { routes: { web: { port: 1, paths: ['/a`)'] } } }],
    ['a template in a path', { routes: { web: { port: 1, paths: ['/{{env "HOME"}}'] } } }],
    ['a backquote in a host name of the node', { hostnames: ['a`'] }],
    ['a backquote in a token', { preview: { ...preview, token: 'a`) || PathPrefix(`/' } }],
    ['no token', { preview: { ...preview, token: '' } }],
  ])('cannot be broken out of by %s', (_, more) => {
    expect(() => renderRoutes({ ...options, ...more })).toThrow('cannot stand in a rule of Traefik');
  });
});

describe('preview routes', () => {
  const { 'webshop-prod-web_preview': web, 'webshop-prod-api_preview': api } = routers({ preview });

  it('lead whoever knows the token to the new tasks, and mark the answer', () => {
    expect(web).toMatchObject({
      rule: `${HOSTS} && Header(\`X-Slipway-Preview\`, \`0a1b2c\`)`,
      service: 'webshop-prod-web-green@swarm',
      middlewares: ['webshop-prod_preview-proof'],
    });
    expect(read({ preview }).middlewares).toEqual({
      'webshop-prod_preview-proof': { headers: { customResponseHeaders: { 'X-Slipway-Release': '0a1b2c' } } },
    });
  });

  it('show the rest of the site as it is', () => {
    expect(api?.service).toBe('webshop-prod-api-green@swarm');
    expect(api!.priority).toBeGreaterThan(web!.priority);
  });

  it('win over all public ones, which stay as they are', () => {
    const all = routers({ preview });
    const [previews, others] = [true, false].map(wanted =>
      Object.entries(all).filter(([name]) => name.includes('_preview') === wanted),
    );
    const highest = Math.max(...others!.map(([, { priority }]) => priority));
    for (const [, { priority }] of previews!) expect(priority).toBeGreaterThan(highest);
    expect(Object.fromEntries(others!)).toEqual(routers());
  });

  it('work before anything is live', () => {
    expect(Object.keys(routers({ live: {}, preview }))).toEqual(['webshop-prod-web_preview']);
  });
});

describe('a canary', () => {
  it('divides the visitors of a service, each of whom stays where they are', () => {
    const { routers: found, services } = read({ canary });
    expect(found?.['webshop-prod-web']?.service).toBe('webshop-prod-web_canary');
    expect(found?.['webshop-prod-api']?.service).toBe('webshop-prod-api-green@swarm');
    expect(services).toEqual({
      'webshop-prod-web_canary': {
        weighted: {
          services: [
            { name: 'webshop-prod-web-blue@swarm', weight: 90 },
            { name: 'webshop-prod-web-green@swarm', weight: 10 },
          ],
          sticky: { cookie: { name: 'slipway_canary_web', secure: true, httpOnly: true, sameSite: 'lax' } },
        },
      },
    });
  });

  it('never names tasks that are not there, which would be a 404 for everybody', () => {
    const colours = { web: 'blue', api: 'blue', worker: 'green' } as const;
    const { services } = read({ live: { web: 'blue' }, canary: { colours, percent: 10 } });
    expect(services).toBeUndefined();
  });
});

describe('maintenance', () => {
  const maintenance = { allowedSources: ['203.0.113.7', '2001:db8::/32'], retryAfterSeconds: 300 };

  it('lets only some in, and sends its headers with every refusal', () => {
    const found = read({ maintenance });
    // Outside in: the refusal of the second one passes the first one.
    const names = ['webshop-prod_maintenance-headers', 'webshop-prod_maintenance'];
    for (const { middlewares } of Object.values(found.routers!)) expect(middlewares).toEqual(names);
    expect(found.middlewares).toEqual({
      [names[0]!]: { headers: { customResponseHeaders: { 'Retry-After': '300', 'Cache-Control': 'no-store' } } },
      [maintenanceName('webshop-prod')]: {
        ipAllowList: { sourceRange: ['203.0.113.7', '2001:db8::/32'], rejectStatusCode: 503 },
      },
    });
  });

  it('lets nobody in where nobody is named, for which Traefik wants an address', () => {
    const { middlewares } = read({ maintenance: { ...maintenance, allowedSources: [] } });
    expect(middlewares?.[maintenanceName('webshop-prod')]).toMatchObject({
      ipAllowList: { sourceRange: ['192.0.2.0/32'] },
    });
  });

  it('does not keep the preview out', () => {
    const { 'webshop-prod-web_preview': web } = routers({ maintenance, preview });
    expect(web?.middlewares).toEqual(['webshop-prod_preview-proof']);
  });
});

describe('a route file that is read back', () => {
  it.each([
    ['plain', {}],
    ['with a preview', { preview }],
    ['with a canary, says what was live before it', { canary }],
    ['in maintenance', { maintenance: { allowedSources: [], retryAfterSeconds: 1 } }],
    ['with all of it', { preview, canary, maintenance: { allowedSources: [], retryAfterSeconds: 1 } }],
    ['without anything', { live: {} }],
    [
      'with names that look like parts',
      {
        routes: { 'web-preview': { port: 1 }, blue: { port: 2 }, 'canary-2': { port: 3 } },
        live: { 'web-preview': 'green', blue: 'green', 'canary-2': 'blue' },
      },
    ],
  ] as [string, Partial<RouteOptions>][])('%s', (_, more) => {
    const all = { ...options, ...more };
    expect(parseRoutes('webshop-prod', renderRoutes(all))).toEqual(all.live);
  });

  it.each([
    ['is cut off', renderRoutes(options).slice(0, 80)],
    ['is null', 'null'],
    ['is a list', '[]'],
    ['leads elsewhere', renderRoutes(options).replaceAll('-blue@swarm', '@docker')],
    ['is of another stack', renderRoutes({ ...options, stack: 'blog' })],
    ['has routers of another kind', '{"http":{"routers":{"webshop-prod-web":null}}}'],
    ['has services of another kind', '{"http":{"routers":{"webshop-prod-web":{"service":"a"}},"services":{"a":{}}}}'],
  ])('fails when it %s', (_, text) => {
    const parse = () => parseRoutes('webshop-prod', text);
    expect(parse).toThrow(SlipwayError);
    expect(parse).toThrow('the route file of webshop-prod is not one that this program wrote');
  });
});

describe('names', () => {
  it('of two stacks on one node never meet', () => {
    const names = (stack: string) => {
      const {
        routers: found = {},
        services = {},
        middlewares = {},
      } = read({
        ...{ stack, preview, canary, maintenance: { allowedSources: [], retryAfterSeconds: 1 } },
      });
      return [...Object.keys(found), ...Object.keys(services), ...Object.keys(middlewares)];
    };
    const both = [...names('webshop'), ...names('webshop-maintenance')];
    expect(new Set(both).size).toBe(both.length);
  });

  it('are those that the program asks Traefik for', () => {
    expect(Object.keys(routers({ preview }))).toEqual(
      expect.arrayContaining([router('webshop-prod', 'web'), previewRouter('webshop-prod', 'api')]),
    );
  });
});
