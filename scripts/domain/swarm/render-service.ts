import type { HealthCheckFile, Release } from '../release/release';
import { type ComposeService, literally } from './compose-file';
import { FINGERPRINT_LABEL } from './judge-tasks';
import { renderTask, serviceOf } from './render-task';
import { traefikService } from './route-file';
import { type Colour, type ResolvedNames, type Unit, unitFingerprint } from './units';

/** Network of all services that Traefik reaches. */
export const EDGE = 'edge';

/** Any end is one too many for a server: with `on-failure`, exit code 0 would leave the service without it. */
const RESTART = { condition: 'any', delay: '2s' };
/**
 * How Docker changes a service in place. It pauses when that fails: the release program takes it back itself, because Docker's
 * own rollback goes to the last specification, whatever that was, and then reports success.
 */
const UPDATE = {
  order: 'start-first',
  parallelism: 1,
  delay: '0s',
  monitor: '5s',
  failure_action: 'pause',
  max_failure_ratio: 0,
};
/** Docker's own interval of 30 s would make every release wait that long. */
const HEALTH: Omit<HealthCheckFile, 'test'> = { interval: '5s', timeout: '3s', retries: 3, start_period: '30s' };

export interface RenderServiceOptions {
  readonly release: Release;
  readonly unit: Unit;
  readonly name: string;
  readonly colour?: Colour;
  readonly resolved: ResolvedNames;
  readonly replicas: number;
}

/** One service of a release for Docker. */
export function renderService(options: RenderServiceOptions): ComposeService {
  const { release, unit, name, colour, resolved, replicas } = options;
  const { deploy, healthcheck } = serviceOf(release, name);
  const fingerprint = { [FINGERPRINT_LABEL]: unitFingerprint(release, unit, resolved) };
  const update = { ...UPDATE, order: updateOrder(release, unit, name) };
  return literally({
    ...renderTask(release, name, colour),
    ...(healthcheck && { healthcheck: { ...HEALTH, ...healthcheck } }),
    // On the containers too: it tells tasks of one image with other settings apart.
    labels: fingerprint,
    networks: networksOf(release, unit, name, colour),
    deploy: {
      mode: 'replicated',
      replicas,
      // A name in the network means the tasks themselves. What is between them and a visitor is Traefik.
      ...(colour && { endpoint_mode: 'dnsrr' }),
      resources: deploy.resources,
      ...(deploy.placement && { placement: deploy.placement }),
      restart_policy: RESTART,
      update_config: update,
      rollback_config: update,
      labels: {
        'slipway.version': release.manifest.version,
        'slipway.commit': release.manifest.commit,
        'slipway.unit': unit.name,
        ...fingerprint,
        ...(colour && { 'slipway.colour': colour }),
        ...routeLabels(release, name, colour),
      },
    },
  });
}

/** Network in which the services of a unit find those of their own colour by their plain names. */
export function colourNetwork(unit: Unit, colour: Colour | undefined): string | undefined {
  return colour !== undefined && unit.services.length > 1 ? `${unit.name}-${colour}` : undefined;
}

/** Networks of a service, with the names that it has in them besides its own. */
function networksOf(
  release: Release,
  unit: Unit,
  name: string,
  colour: Colour | undefined,
): Record<string, { aliases?: string[] }> {
  const own = colourNetwork(unit, colour);
  return {
    default: {},
    ...(Object.hasOwn(release.manifest.routes, name) && { [EDGE]: {} }),
    ...(own !== undefined && { [own]: { aliases: [name] } }),
  };
}

/** Two databases on one folder would ruin it: what writes to a volume and has no second colour ends before the next starts. */
function updateOrder({ stack }: Release, { kind }: Unit, name: string): 'start-first' | 'stop-first' {
  const writes = stack.services[name]?.volumes?.some(({ read_only = false }) => !read_only) === true;
  return kind === 'rolling' && writes ? 'stop-first' : 'start-first';
}

function routeLabels(
  { manifest: { stack, routes } }: Release,
  name: string,
  colour: Colour | undefined,
): Record<string, string> {
  const route = routes[name];
  if (route === undefined || colour === undefined) return {};
  return {
    'traefik.enable': 'true',
    'traefik.swarm.network': EDGE,
    [`traefik.http.services.${traefikService(stack, name, colour)}.loadbalancer.server.port`]: String(route.port),
  };
}
