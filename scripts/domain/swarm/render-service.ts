import type { Release, ServiceFile } from '../release/release';
import type { ComposeService } from './compose-file';
import { traefikService } from './route-file';
import { type Colour, type ResolvedNames, type Unit, unitFingerprint } from './units';

/** Network of all services that Traefik reaches. */
export const EDGE = 'edge';

/** A task that ends may be needed again at once; a crash loop must not eat the node. */
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
const STOP_GRACE = '30s';

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
  const service = serviceOf(release, name);
  const { deploy } = service;
  return {
    ...renderTask(release, name, colour),
    ...(service.healthcheck && { healthcheck: service.healthcheck }),
    networks: networksOf(release, unit, name, colour),
    deploy: {
      mode: 'replicated',
      replicas,
      // A name in the network means the tasks themselves. What is between them and a visitor is Traefik.
      ...(colour && { endpoint_mode: 'dnsrr' }),
      resources: deploy.resources,
      ...(deploy.placement && { placement: deploy.placement }),
      restart_policy: RESTART,
      update_config: UPDATE,
      rollback_config: UPDATE,
      labels: {
        'slipway.version': release.manifest.version,
        'slipway.commit': release.manifest.commit,
        'slipway.unit': unit.name,
        'slipway.fingerprint': unitFingerprint(release, unit, resolved),
        ...(colour && { 'slipway.colour': colour }),
        ...routeLabels(release, name, colour),
      },
    },
  };
}

/** What a task of a service is, without how many there are and where. */
export function renderTask(release: Release, name: string, colour: Colour | undefined): ComposeService {
  const { deploy: _deploy, healthcheck: _healthcheck, volumes, ...rest } = serviceOf(release, name);
  return {
    init: true,
    read_only: true,
    stop_grace_period: STOP_GRACE,
    ...rest,
    // Docker would read `$` as the start of a variable of whoever deploys.
    ...(rest.command && { command: rest.command.map(literal) }),
    ...(rest.entrypoint && { entrypoint: rest.entrypoint.map(literal) }),
    ...(rest.environment && { environment: mapValues(rest.environment, literal) }),
    ...(volumes && {
      volumes: volumes.map(volume => ({ ...volume, source: volumeName(release, volume.source, colour) })),
    }),
  };
}

/** Networks of a service, with the names that it has in them. */
export function networksOf(
  release: Release,
  unit: Unit,
  name: string,
  colour: Colour | undefined,
): Record<string, { aliases?: string[] }> {
  return {
    default: {},
    ...(name in release.manifest.routes && { [EDGE]: {} }),
    ...(colour && unit.services.length > 1 && { [colourNetwork(unit, colour)]: { aliases: [name] } }),
  };
}

/** Network in which the services of a unit find those of their own colour by their plain names. */
export function colourNetwork(unit: Unit, colour: Colour): string {
  return `${unit.name}-${colour}`;
}

export function volumeName({ stack: { volumes } }: Release, name: string, colour: Colour | undefined): string {
  return colour !== undefined && volumes?.[name]?.perColour === true ? `${name}-${colour}` : name;
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

function serviceOf({ stack: { services } }: Release, name: string): ServiceFile {
  const service = services[name];
  if (service === undefined) throw new Error(`the release has no service ${name}`);
  return service;
}

function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function mapValues(record: Readonly<Record<string, string>>, map: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
