import type { Hook, Release } from '../release/release';
import { type ComposeContent, type ComposeFile, type ComposeNetwork, literally } from './compose-file';
import { colourNetwork, EDGE, renderService } from './render-service';
import { renderTask, serviceOf, volumeName } from './render-task';
import { type Colour, type ResolvedNames, type Unit, unitsOf } from './units';

/** A unit in the colour that it is to have; one without colours has none. */
export interface ColouredUnit {
  readonly unit: Unit;
  readonly colour?: Colour | undefined;
}

export interface RenderOptions {
  readonly release: Release;
  readonly units: readonly ColouredUnit[];
  readonly resolved: ResolvedNames;
  /** Tasks by service. @default - what the release says */
  readonly replicas?: Readonly<Record<string, number>>;
}

/** A service and the colour that its volumes and networks have. */
interface ColouredService {
  readonly name: string;
  readonly colour: Colour | undefined;
}

/**
 * Units of a release as a Compose file for `docker stack deploy`, which leaves services alone that the file does not name.
 *
 * A coloured service is called `<service>-<colour>`, so that both colours can run beside each other. Docker gives each service
 * its name as an alias, so an uncoloured one is found by its plain name, and a coloured one only by that of its colour: nobody
 * reaches tasks by accident that have not been checked.
 */
export function renderServices({ release, units, resolved, replicas = {} }: RenderOptions): ComposeFile {
  const services = units.flatMap(({ unit, colour }) =>
    unit.services.map(name => {
      const count = replicas[name] ?? serviceOf(release, name).deploy.replicas ?? 1;
      const rendered = renderService({ release, unit, name, resolved, replicas: count, ...(colour && { colour }) });
      return [serviceName(name, colour), rendered] as const;
    }),
  );
  const names = units.flatMap(({ unit, colour }) => unit.services.map(name => ({ name, colour })));
  return {
    version: '3.8',
    services: Object.fromEntries(services),
    networks: { ...networks(units), ...(isRouted(release, names) && { [EDGE]: { external: true } }) },
    ...content(release, names, resolved),
  };
}

export interface RenderHookOptions {
  readonly release: Release;
  readonly hook: Hook;
  /** Distinguishes the hooks of a release. */
  readonly id: string;
  /** Colour whose network and volumes the task gets. */
  readonly colour?: Colour;
  readonly resolved: ResolvedNames;
}

/** A one-off task of a service's image, with everything that the service has but its route, as the service `hook-<id>`. */
export function renderHook({ release, hook, id, colour, resolved }: RenderHookOptions): ComposeFile {
  const unit = unitsOf(release).find(({ services }) => services.includes(hook.service));
  const { resources, placement } = serviceOf(release, hook.service).deploy;
  const own = unit && colourNetwork(unit, colour);
  const task = {
    ...renderTask(release, hook.service, colour),
    command: hook.command,
    // The image's own one would judge a server.
    healthcheck: { disable: true },
    networks: { default: {}, ...(own !== undefined && { [own]: {} }) },
    deploy: {
      mode: 'replicated-job',
      replicas: 1,
      resources,
      ...(placement && { placement }),
      restart_policy: { condition: 'none' },
    },
  };
  return {
    version: '3.8',
    services: { [`hook-${id}`]: literally(task) },
    networks: networks(unit ? [{ unit, colour }] : []),
    ...content(release, [{ name: hook.service, colour }], resolved),
  };
}

/** Full names of a unit's services in the swarm. */
export function serviceNames(stack: string, unit: Unit, colour?: Colour): string[] {
  return unit.services.map(name => `${stack}_${serviceName(name, colour)}`);
}

/** Name of a service in its stack. */
function serviceName(name: string, colour: Colour | undefined): string {
  return colour === undefined ? name : `${name}-${colour}`;
}

function isRouted({ manifest: { routes } }: Release, services: readonly ColouredService[]): boolean {
  return services.some(({ name }) => Object.hasOwn(routes, name));
}

function networks(units: readonly ColouredUnit[]): Record<string, ComposeNetwork> {
  const own = units.flatMap(({ unit, colour }) => colourNetwork(unit, colour) ?? []);
  return Object.fromEntries(['default', ...own].map(name => [name, { driver: 'overlay' }]));
}

/** Volumes, secrets and files that the services use. */
function content(
  release: Release,
  services: readonly ColouredService[],
  resolved: ResolvedNames,
): Pick<ComposeFile, 'volumes' | 'secrets' | 'configs'> {
  const volumes = services.flatMap(({ name, colour }) =>
    (serviceOf(release, name).volumes ?? []).map(({ source }) => volumeName(release, source, colour)),
  );
  const secrets = services.flatMap(({ name }) => serviceOf(release, name).secrets ?? []);
  const configs = services.flatMap(({ name }) => serviceOf(release, name).configs ?? []);
  return {
    ...(volumes.length > 0 && { volumes: Object.fromEntries(volumes.map(name => [name, {}])) }),
    ...(secrets.length > 0 && { secrets: external(secrets, resolved.secrets) }),
    ...(configs.length > 0 && { configs: external(configs, resolved.configs) }),
  };
}

function external(
  uses: readonly { readonly source: string }[],
  resolved: Readonly<Record<string, string>>,
): Record<string, ComposeContent> {
  const entries = uses.map(({ source }): [string, ComposeContent] => {
    const name = resolved[source];
    if (name === undefined) throw new Error(`${source} has not been entered into Docker`);
    return [source, { external: true, name }];
  });
  return Object.fromEntries(entries);
}
