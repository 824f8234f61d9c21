import type { Hook, Release } from '../release/release';
import type { ComposeContent, ComposeFile, ComposeNetwork } from './compose-file';
import { colourNetwork, EDGE, renderService, renderTask, volumeName } from './render-service';
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

/**
 * Units of a release as a Compose file for `docker stack deploy`, which leaves services alone that the file does not name.
 *
 * A coloured service is called `<service>-<colour>`, so that both colours can run beside each other.
 */
export function renderServices({ release, units, resolved, replicas = {} }: RenderOptions): ComposeFile {
  const services = units.flatMap(({ unit, colour }) =>
    unit.services.map(name => {
      const count = replicas[name] ?? release.stack.services[name]?.deploy.replicas ?? 1;
      const rendered = renderService({ release, unit, name, resolved, replicas: count, ...(colour && { colour }) });
      return [serviceName(name, colour), rendered] as const;
    }),
  );
  return {
    version: '3.8',
    services: Object.fromEntries(services),
    networks: networks(release, units),
    ...content(release, units, resolved),
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

/** A one-off task of a service's image, with everything that the service has, as the service `hook-<id>`. */
export function renderHook({ release, hook, id, colour, resolved }: RenderHookOptions): ComposeFile {
  const unit = unitsOf(release).find(({ services }) => services.includes(hook.service));
  if (unit === undefined) throw new Error(`the release has no service ${hook.service}`);
  const command = hook.command.map(word => word.replaceAll('$', '$$$$'));
  const network = colour && unit.services.length > 1 ? { [colourNetwork(unit, colour)]: {} } : {};
  return {
    version: '3.8',
    services: {
      [`hook-${id}`]: {
        ...renderTask(release, hook.service, colour),
        entrypoint: command,
        command: [],
        healthcheck: { disable: true },
        networks: { default: {}, ...network },
        deploy: { mode: 'replicated-job', restart_policy: { condition: 'none' } },
      },
    },
    networks: networks(release, [{ unit, colour }]),
    ...content(release, [{ unit: { ...unit, services: [hook.service] }, colour }], resolved),
  };
}

/** Full names of a unit's services in the swarm. */
export function serviceNames(stack: string, unit: Unit, colour: Colour | undefined): string[] {
  return unit.services.map(name => `${stack}_${serviceName(name, colour)}`);
}

/** Name of a service in its stack. */
function serviceName(name: string, colour: Colour | undefined): string {
  return colour === undefined ? name : `${name}-${colour}`;
}

function networks(release: Release, units: readonly ColouredUnit[]): Record<string, ComposeNetwork> {
  const routed = units.some(({ unit }) => unit.services.some(name => name in release.manifest.routes));
  const own = units.flatMap(({ unit, colour }) =>
    colour === undefined || unit.services.length === 1 ? [] : [colourNetwork(unit, colour)],
  );
  return {
    default: { driver: 'overlay' },
    ...(routed && { [EDGE]: { external: true } }),
    ...Object.fromEntries(own.map(name => [name, { driver: 'overlay' as const }])),
  };
}

/** Volumes, secrets and files that the services use. */
function content(release: Release, units: readonly ColouredUnit[], resolved: ResolvedNames): Partial<ComposeFile> {
  const used = units.flatMap(({ unit, colour }) =>
    unit.services.map(name => ({ service: release.stack.services[name], colour })),
  );
  const volumes = used.flatMap(({ service, colour }) =>
    (service?.volumes ?? []).map(({ source }) => volumeName(release, source, colour)),
  );
  const secrets = used.flatMap(({ service }) => (service?.secrets ?? []).map(({ source }) => source));
  const configs = used.flatMap(({ service }) => (service?.configs ?? []).map(({ source }) => source));
  return {
    ...(volumes.length > 0 && { volumes: Object.fromEntries(volumes.map(name => [name, {}])) }),
    ...(secrets.length > 0 && { secrets: external(secrets, resolved.secrets) }),
    ...(configs.length > 0 && { configs: external(configs, resolved.configs) }),
  };
}

function external(
  names: readonly string[],
  resolved: Readonly<Record<string, string>>,
): Record<string, ComposeContent> {
  return Object.fromEntries(names.map(name => [name, { external: true as const, name: resolved[name] ?? name }]));
}
