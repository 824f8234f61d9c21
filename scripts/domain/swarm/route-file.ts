import { ExitCode } from '../exit-code';
import type { Route } from '../release/release';
import { SlipwayError } from '../slipway-error';
import type { DynamicFile, Middleware, Router, WeightedService } from './dynamic-file';
import { matcher, rulesOf } from './route-rule';
import type { Colour } from './units';

/** Request header that leads to the tasks that are not public yet. */
export const PREVIEW_HEADER = 'X-Slipway-Preview';
/** Response header by which an answer of those tasks is told from one of the public route behind it. */
export const RELEASE_HEADER = 'X-Slipway-Release';

type Routes = Readonly<Record<string, Route>>;
type Colours = Readonly<Record<string, Colour>>;

export interface RouteOptions {
  readonly stack: string;
  /** Host names of the stack, for routes that name none. */
  readonly hostnames: readonly string[];
  readonly routes: Routes;
  /** Colour with the traffic, by service; a service without one, or without a route, is not public. */
  readonly live: Colours;
  /** New tasks, for whoever knows the token. */
  readonly preview?: Preview;
  /** New tasks, for a part of the visitors. */
  readonly canary?: { readonly colours: Colours; readonly percent: number };
  /** Nobody but these source addresses gets the site. */
  readonly maintenance?: Maintenance;
}

interface Preview {
  readonly colours: Colours;
  readonly token: string;
  readonly routes: Routes;
}

interface Maintenance {
  readonly allowedSources: readonly string[];
  readonly retryAfterSeconds: number;
}

/** A preview wins over everything that is public. */
const PUBLIC_PRIORITY = 1_000;
const PREVIEW_PRIORITY = 100_000;
const ENTRY = { entryPoints: ['websecure'], tls: { certResolver: 'le' } };
const SWARM = '@swarm';
/** Who is allowed where nobody is: an address that no visitor has (RFC 5737). */
const NOBODY = '192.0.2.0/32';

// No stack and no service has an underscore in its name: what is made here can have no other thing's name.
const PREVIEW_SUFFIX = '_preview';
const CANARY_SUFFIX = '_canary';

/** Name that a service has in Traefik. */
export function traefikService(stack: string, service: string, colour: Colour): string {
  return `${stack}-${service}-${colour}`;
}

/** Name of the public router of a service's first path. */
export function router(stack: string, service: string): string {
  return `${stack}-${service}`;
}

/** Where the public router of a service sends visitors, as Traefik's API has it. */
export function publicTarget(options: RouteOptions, service: string, colour: Colour): string {
  const canary = canaryName(options.stack, service);
  return Object.hasOwn(canaryServices(options), canary)
    ? canary
    : `${traefikService(options.stack, service, colour)}${SWARM}`;
}

/** Name of the middleware that keeps the public out. */
export function maintenanceName(stack: string): string {
  return `${stack}_maintenance`;
}

/** Name of the preview router of a service's first path. */
export function previewRouter(stack: string, service: string): string {
  return `${router(stack, service)}${PREVIEW_SUFFIX}`;
}

/**
 * The route file of a stack for Traefik's file provider. JSON, which is YAML as well.
 *
 * @see https://doc.traefik.io/traefik/providers/file/
 */
export function renderRoutes(options: RouteOptions): string {
  const file: DynamicFile = withoutEmpty({
    http: withoutEmpty({
      routers: { ...publicRouters(options), ...previewRouters(options) },
      services: canaryServices(options),
      middlewares: { ...proof(options), ...maintenance(options) },
    }),
  });
  return `${JSON.stringify(file, null, 1)}\n`;
}

/**
 * Reads back what `renderRoutes` has written: after a crash, the file is what says which colour is live.
 *
 * @returns colour with the traffic, by service; with a canary, what was live before it
 */
export function parseRoutes(stack: string, text: string): Colours {
  try {
    return liveColours(stack, JSON.parse(text) as DynamicFile);
  } catch (cause) {
    const next = '`runbook` prints one that is';
    const message = `the route file of ${stack} is not one that this program wrote; ${next}`;
    throw new SlipwayError(message, ExitCode.Usage, { cause });
  }
}

/** @throws Error where the file is anything but what is written here */
function liveColours(stack: string, file: DynamicFile): Colours {
  const { routers = {}, services = {} } = file.http ?? {};
  if (file.http === undefined && JSON.stringify(file) !== '{}') throw new Error('no routers');
  const names = Object.keys(routers).filter(name => !name.includes('_'));
  return Object.fromEntries(
    names.map(name => {
      const target = routers[name]?.service ?? '';
      const child = services[target]?.weighted.services[0]?.name ?? target;
      const colour = (['blue', 'green'] as const).find(candidate => child === `${name}-${candidate}${SWARM}`);
      if (colour === undefined || !name.startsWith(router(stack, ''))) throw new Error(`router ${name}`);
      return [name.slice(router(stack, '').length), colour];
    }),
  );
}

/** Services that are public, with what they are reached by. */
function publicServices({ routes, live }: RouteOptions): [name: string, route: Route, colour: Colour][] {
  return Object.entries(routes).flatMap(([name, route]): [string, Route, Colour][] => {
    const colour = live[name];
    return colour === undefined ? [] : [[name, route, colour]];
  });
}

function publicRouters(options: RouteOptions): Record<string, Router> {
  const { stack, hostnames } = options;
  const middlewares = Object.keys(maintenance(options));
  const routers = publicServices(options).flatMap(([name, route, colour]) => {
    const service = publicTarget(options, name, colour);
    return rulesOf(route, hostnames).map(({ rule, weight }, index) => {
      const found = { rule, service, priority: PUBLIC_PRIORITY + weight, ...ENTRY };
      return [
        numbered(router(stack, name), index),
        { ...found, ...(middlewares.length > 0 && { middlewares }) },
      ] as const;
    });
  });
  return Object.fromEntries(routers);
}

/** Whoever previews a release gets all of it: what it leaves as it is comes from the live tasks, by the same header. */
function previewRouters({ stack, hostnames, live, preview }: RouteOptions): Record<string, Router> {
  if (preview === undefined) return {};
  const { colours, token, routes } = preview;
  const routers = Object.entries(routes).flatMap(([name, route]) => {
    const colour = colours[name] ?? live[name];
    if (colour === undefined) return [];
    return rulesOf(route, hostnames).map(({ rule, weight }, index) => {
      const found: Router = {
        rule: `${rule} && ${matcher('Header', PREVIEW_HEADER, token)}`,
        service: `${traefikService(stack, name, colour)}${SWARM}`,
        priority: PREVIEW_PRIORITY + weight,
        ...ENTRY,
        middlewares: [proofName(stack)],
      };
      return [numbered(previewRouter(stack, name), index), found] as const;
    });
  });
  return Object.fromEntries(routers);
}

/** Two sets of tasks behind one route. A visitor stays with the one that answered first. */
function canaryServices(options: RouteOptions): Record<string, WeightedService> {
  const { stack, canary } = options;
  if (canary === undefined) return {};
  const services = publicServices(options).flatMap(([name, , before]) => {
    const colour = canary.colours[name];
    if (colour === undefined || colour === before) return [];
    const child = (which: Colour, weight: number) => ({
      name: `${traefikService(stack, name, which)}${SWARM}`,
      weight,
    });
    // Each service has a cookie of its own: what one says of its tasks means nothing to another.
    const cookie = { name: `slipway_canary_${name}`, secure: true, httpOnly: true, sameSite: 'lax' } as const;
    const weighted = {
      services: [child(before, 100 - canary.percent), child(colour, canary.percent)],
      sticky: { cookie },
    };
    return [[canaryName(stack, name), { weighted }] as const];
  });
  return Object.fromEntries(services);
}

/** Shows that an answer came through a preview router, and not through the public one that takes over where it fails. */
function proof({ stack, preview }: RouteOptions): Record<string, Middleware> {
  if (preview === undefined) return {};
  return { [proofName(stack)]: { headers: { customResponseHeaders: { [RELEASE_HEADER]: preview.token } } } };
}

/** The headers come first, so that the refusal that the list makes passes through them on its way out. */
function maintenance({ stack, maintenance: wanted }: RouteOptions): Record<string, Middleware> {
  if (wanted === undefined) return {};
  const { allowedSources, retryAfterSeconds } = wanted;
  const customResponseHeaders = { 'Retry-After': `${retryAfterSeconds}`, 'Cache-Control': 'no-store' };
  const sourceRange = allowedSources.length === 0 ? [NOBODY] : allowedSources;
  return {
    [`${stack}_maintenance-headers`]: { headers: { customResponseHeaders } },
    [maintenanceName(stack)]: { ipAllowList: { sourceRange, rejectStatusCode: 503 } },
  };
}

function canaryName(stack: string, service: string): string {
  return `${router(stack, service)}${CANARY_SUFFIX}`;
}

function proofName(stack: string): string {
  return `${stack}_preview-proof`;
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}_${index + 1}`;
}

function withoutEmpty<T extends object>(all: T): Partial<T> {
  const entries = Object.entries(all).filter(([, value]) => Object.keys(value as object).length > 0);
  return Object.fromEntries(entries) as Partial<T>;
}
