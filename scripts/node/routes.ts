import type { NodeSettings } from '../domain/release/node-settings';
import type { Route } from '../domain/release/release';
import { maintenanceName, type RouteOptions, renderRoutes, router, traefikService } from '../domain/swarm/route-file';
import type { Colour, Unit } from '../domain/swarm/units';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { KeptRelease, Run } from './run';
import { until } from './until';
import type { World } from './world';

const SWITCH_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 100;
const RETRY_AFTER_SECONDS = 300;

/** Host names that a route answers for, the one to ask first. */
export function routesFor(route: Route | undefined, settings: NodeSettings, stack: string): readonly string[] {
  return route?.hosts ?? settings.stacks[stack]?.hostnames ?? [];
}

/** What the route file says while the release of this run is not public yet. */
export function liveRoutes(run: Run, through: readonly (readonly Unit[])[] = []): RouteOptions {
  const current = run.folder.current();
  const live = run.liveAfter(through);
  const release = through.length > 0 || run.before === undefined ? run.wanted : run.before;
  return routeOptions(run.world, run.stack, release, live, current.maintenance?.allowedSources);
}

/** Options of the route file for a release of a stack. */
export function routeOptions(
  { settings }: World,
  stack: string,
  { release }: KeptRelease,
  live: Readonly<Record<string, Colour>>,
  allowedSources: readonly string[] | undefined,
): RouteOptions {
  return {
    stack,
    hostnames: settings.stacks[stack]?.hostnames ?? [],
    routes: release.manifest.routes,
    live,
    ...(allowedSources && { maintenance: { allowedSources, retryAfterSeconds: RETRY_AFTER_SECONDS } }),
  };
}

/**
 * Moves traffic by one rename, and waits until Traefik follows.
 *
 * @throws SlipwayError when it does not; the file is then what it was before
 */
export async function writeLive(world: World, options: RouteOptions): Promise<void> {
  const { stack, live } = options;
  const before = world.traefik.routes(stack);
  // Traefik takes a file without a route for a broken one.
  world.traefik.writeRoutes(stack, Object.keys(live).length === 0 ? undefined : renderRoutes(options));
  for (const [service, colour] of Object.entries(live)) {
    const target = `${traefikService(stack, service, colour)}@swarm`;
    const look = async () => {
      const found = await world.traefik.router(router(stack, service));
      const closed = found?.middlewares.includes(`${maintenanceName(stack)}@file`) ?? false;
      return found?.service === target && closed === (options.maintenance !== undefined) ? true : undefined;
    };
    const found = await until(look, { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: SWITCH_WITHIN_MS });
    if (found !== undefined) continue;
    world.traefik.writeRoutes(stack, before);
    throw new SlipwayError(
      `Traefik did not follow the switch of ${service}; its log says why`,
      ExitCode.VerificationFailed,
    );
  }
}
