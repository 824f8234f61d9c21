import { maintenanceName, publicTarget, type RouteOptions, renderRoutes, router } from '../domain/swarm/route-file';
import type { Colour, Unit } from '../domain/swarm/units';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { KeptRelease, Run } from './run';
import { until } from './until';
import type { World } from './world';

const SWITCH_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 100;
const RETRY_AFTER_SECONDS = 300;

/**
 * What the route file says once the units of some stages have the traffic.
 *
 * @param through  without it: as it was before this run
 */
export function liveRoutes(run: Run, through?: readonly (readonly Unit[])[]): RouteOptions {
  const { world, stack, wanted, before = wanted, current } = run;
  const allowed = current.maintenance?.allowedSources;
  return through === undefined
    ? routeOptions(world, stack, before, current.colours, allowed)
    : routeOptions(world, stack, wanted, run.liveAfter(through), allowed);
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
    live: Object.fromEntries(Object.entries(live).filter(([name]) => Object.hasOwn(release.manifest.routes, name))),
    ...(allowedSources && { maintenance: { allowedSources, retryAfterSeconds: RETRY_AFTER_SECONDS } }),
  };
}

/** The route file as it should be; undefined for none, as Traefik takes a file without a route for a broken one. */
export function routeText(options: RouteOptions): string | undefined {
  return Object.keys(options.live).length === 0 ? undefined : renderRoutes(options);
}

/**
 * Moves traffic by one rename, and waits until Traefik follows: whoever writes next must not take what Traefik had before this
 * for what it has after the next.
 *
 * @throws SlipwayError when it does not; the caller decides what the file is to say then
 */
export async function writeLive(world: World, options: RouteOptions, withinMs = SWITCH_WITHIN_MS): Promise<void> {
  const { stack, live } = options;
  world.traefik.writeRoutes(stack, routeText(options));
  for (const [service, colour] of Object.entries(live)) {
    const target = publicTarget(options, service, colour);
    const look = async () => {
      const found = await world.traefik.router(router(stack, service));
      const closed = found?.middlewares.includes(`${maintenanceName(stack)}@file`) ?? false;
      return found?.service === target && closed === (options.maintenance !== undefined) ? true : undefined;
    };
    const found = await until(look, { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: withinMs });
    if (found !== undefined) continue;
    throw new SlipwayError(
      `Traefik did not follow the switch of ${service}; its log says why`,
      ExitCode.VerificationFailed,
    );
  }
}
