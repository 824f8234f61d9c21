import type { Route } from '../release/release';
import type { Colour } from './units';

/** Request header that leads to the tasks that are not public yet. */
export const PREVIEW_HEADER = 'X-Slipway-Preview';
/** Response header by which an answer of those tasks is told from one of the public route behind it. */
export const RELEASE_HEADER = 'X-Slipway-Release';

export interface RouteOptions {
  readonly stack: string;
  /** Host names of the stack, for routes that name none. */
  readonly hostnames: readonly string[];
  readonly routes: Readonly<Record<string, Route>>;
  /** Colour with the traffic, by service; a service without one has no public route. */
  readonly live: Readonly<Record<string, Colour>>;
  /** New tasks, for whoever knows the token. */
  readonly preview?: {
    readonly colours: Readonly<Record<string, Colour>>;
    readonly token: string;
    readonly routes: Readonly<Record<string, Route>>;
  };
  /** New tasks, for a part of the visitors. */
  readonly canary?: { readonly colours: Readonly<Record<string, Colour>>; readonly percent: number };
  /** Nobody but these source addresses gets the site. */
  readonly maintenance?: { readonly allowedSources: readonly string[]; readonly retryAfterSeconds: number };
}

interface Router {
  readonly rule: string;
  readonly service: string;
  readonly priority: number;
  readonly entryPoints: readonly string[];
  readonly middlewares?: readonly string[];
  readonly tls: { readonly certResolver: string };
}

interface Weighted {
  readonly weighted: {
    readonly services: readonly { readonly name: string; readonly weight: number }[];
    readonly sticky: unknown;
  };
}

interface DynamicFile {
  readonly http: {
    readonly routers: Readonly<Record<string, Router>>;
    readonly services?: Readonly<Record<string, Weighted>>;
    readonly middlewares?: Readonly<Record<string, unknown>>;
  };
}

/** Longer paths win over shorter ones, previews over all. */
const PUBLIC_PRIORITY = 1_000;
const PREVIEW_PRIORITY = 100_000;
const ENTRY = { entryPoints: ['websecure'], tls: { certResolver: 'le' } };
const SWARM = '@swarm';
const PREVIEW_SUFFIX = '-preview';
/** Who is allowed where nobody is: an address that no visitor has (RFC 5737). */
const NOBODY = '192.0.2.0/32';

/** Name that a service has in Traefik. */
export function traefikService(stack: string, service: string, colour: Colour): string {
  return `${stack}-${service}-${colour}`;
}

/** Name of a service's public router. */
export function router(stack: string, service: string): string {
  return `${stack}-${service}`;
}

export function previewRouter(stack: string, service: string): string {
  return `${router(stack, service)}${PREVIEW_SUFFIX}`;
}

/**
 * The route file of a stack for Traefik's file provider. JSON, which is YAML as well.
 *
 * @see https://doc.traefik.io/traefik/providers/file/
 */
export function renderRoutes(options: RouteOptions): string {
  const { preview, canary, maintenance, stack } = options;
  const middlewares = {
    ...(preview && { [proofName(stack)]: { headers: { customResponseHeaders: { [RELEASE_HEADER]: preview.token } } } }),
    ...(maintenance && maintenanceMiddlewares(stack, maintenance)),
  };
  const file: DynamicFile = {
    http: {
      routers: { ...publicRouters(options), ...(preview && previewRouters(options, preview)) },
      ...(canary && { services: weightedServices(options, canary) }),
      ...(Object.keys(middlewares).length > 0 && { middlewares }),
    },
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/**
 * Reads back what `renderRoutes` has written.
 *
 * @returns colour with the traffic, by service; with a canary, what was live before it
 */
export function parseRoutes(stack: string, text: string): Readonly<Record<string, Colour>> {
  const { http } = JSON.parse(text) as DynamicFile;
  const names = Object.keys(http.routers).filter(name => !name.endsWith(PREVIEW_SUFFIX));
  return Object.fromEntries(
    names.map(name => {
      const target = http.routers[name]?.service ?? '';
      const live = http.services?.[target]?.weighted.services[0]?.name ?? target;
      return [name.slice(stack.length + 1), live.endsWith(`-green${SWARM}`) ? 'green' : 'blue'] as const;
    }),
  );
}

function publicRouters(options: RouteOptions): Record<string, Router> {
  const { stack, routes, live, canary, maintenance } = options;
  const pairs = Object.entries(live).map(([name, colour]) => {
    const tried = canary !== undefined && name in canary.colours;
    const service = tried ? canaryService(stack, name) : `${traefikService(stack, name, colour)}${SWARM}`;
    const found: Router = {
      rule: ruleOf(options, routes[name]),
      service,
      priority: PUBLIC_PRIORITY + longestPath(routes[name]),
      ...ENTRY,
      ...(maintenance && { middlewares: Object.keys(maintenanceMiddlewares(stack, maintenance)) }),
    };
    return [router(stack, name), found] as const;
  });
  return Object.fromEntries(pairs);
}

function previewRouters(options: RouteOptions, preview: NonNullable<RouteOptions['preview']>): Record<string, Router> {
  const { stack } = options;
  const pairs = Object.entries(preview.colours).map(([name, colour]) => {
    const route = preview.routes[name];
    const found: Router = {
      rule: `${ruleOf(options, route)} && Header(\`${PREVIEW_HEADER}\`, \`${quotable(preview.token)}\`)`,
      service: `${traefikService(stack, name, colour)}${SWARM}`,
      priority: PREVIEW_PRIORITY + longestPath(route),
      ...ENTRY,
      middlewares: [proofName(stack)],
    };
    return [previewRouter(stack, name), found] as const;
  });
  return Object.fromEntries(pairs);
}

/** Two sets of tasks behind one route. A visitor stays with the one that answered first. */
function weightedServices(
  { stack, live }: RouteOptions,
  { colours, percent }: NonNullable<RouteOptions['canary']>,
): Record<string, Weighted> {
  const pairs = Object.entries(colours).map(([name, colour]) => {
    const before = live[name] ?? (colour === 'blue' ? 'green' : 'blue');
    const child = (which: Colour, weight: number) => ({
      name: `${traefikService(stack, name, which)}${SWARM}`,
      weight,
    });
    const cookie = { name: 'slipway_canary', secure: true, httpOnly: true, sameSite: 'lax' };
    const services = [child(before, 100 - percent), child(colour, percent)];
    return [canaryService(stack, name), { weighted: { services, sticky: { cookie } } }] as const;
  });
  return Object.fromEntries(pairs);
}

/** The headers come first, so that the refusal that the list makes passes through them on its way out. */
function maintenanceMiddlewares(
  stack: string,
  { allowedSources, retryAfterSeconds }: NonNullable<RouteOptions['maintenance']>,
): Record<string, unknown> {
  const customResponseHeaders = { 'Retry-After': String(retryAfterSeconds), 'Cache-Control': 'no-store' };
  const sourceRange = allowedSources.length === 0 ? [NOBODY] : allowedSources;
  return {
    [`${stack}-maintenance-headers`]: { headers: { customResponseHeaders } },
    [`${stack}-maintenance`]: { ipAllowList: { sourceRange, rejectStatusCode: 503 } },
  };
}

function ruleOf({ hostnames }: RouteOptions, route: Route | undefined): string {
  const anyOf = (matcher: string, values: readonly string[]) => {
    const all = values.map(value => `${matcher}(\`${quotable(value)}\`)`);
    return all.length === 1 ? all.join('') : `(${all.join(' || ')})`;
  };
  const hosts = anyOf('Host', route?.hosts ?? hostnames);
  return route?.paths === undefined ? hosts : `${hosts} && ${anyOf('PathPrefix', route.paths)}`;
}

function longestPath(route: Route | undefined): number {
  return Math.max(0, ...(route?.paths ?? []).map(({ length }) => length));
}

/** A text for between backquotes, the quotes of Traefik's rules, which know no way to write one inside. */
function quotable(text: string): string {
  if (!/[`\s]/.test(text)) return text;
  throw new Error(`${JSON.stringify(text)} cannot stand in a rule of Traefik`);
}

function canaryService(stack: string, service: string): string {
  return `${stack}-${service}-canary`;
}

function proofName(stack: string): string {
  return `${stack}-preview-proof`;
}
