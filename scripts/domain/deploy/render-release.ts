import type { SwarmApplication, SwarmService } from '../../../stacks/swarm/application';
import { namesOf } from '../release/globs';
import type { Manifest, Release, ServiceFile, StackFile } from '../release/release';
import { SlipwayError } from '../slipway-error';

/** What is brought to a stack. */
export interface RenderWish {
  /** Stack on the node, e.g. `webshop-prod`. */
  readonly stack: string;
  /** Name of the environment, e.g. `prod`. */
  readonly environment: string;
  readonly version: string;
  readonly commit: string;
  /** The application's image with its tag and digest. */
  readonly image: string;
  /** Host of the registry that it is in. */
  readonly registry: string;
  readonly by: string;
  readonly reason?: string;
  readonly runUrl?: string;
  /** Number of the newest migration of the commit. */
  readonly migrationLevel?: number;
  /** Only these services change, in this order; `*` stands for any characters. @default - all */
  readonly only?: readonly string[];
  /** What is live, for the services that stay. */
  readonly live?: Release;
  /** Stop after each stage. */
  readonly pause?: boolean;
  /** Percentage of visitors that try the release first. */
  readonly canary?: number;
  /** @default - the application's */
  readonly strategy?: Manifest['strategy'];
}

/**
 * The document that a node is handed: the application's services with one image in an environment.
 *
 * @throws SlipwayError for services that are not there, or not live yet
 */
export function renderRelease(application: SwarmApplication, wish: RenderWish): Release {
  const { services, volumes, configs, migrations: _, environments: __, registry, ...rules } = application;
  const rendered = Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, serviceFile(application, name, service, wish)]),
  );
  const { stack, version, commit, by, reason, runUrl, migrationLevel, pause, canary, strategy } = wish;
  const release: Release = {
    format: 1,
    manifest: {
      ...rules,
      stack,
      version,
      commit,
      by,
      ...(reason !== undefined && { reason }),
      ...(runUrl !== undefined && { runUrl }),
      ...(migrationLevel !== undefined && { migrationLevel }),
      ...(pause !== undefined && { pause }),
      ...(canary !== undefined && { canary }),
      ...(strategy !== undefined && { strategy }),
      ...(registry && { registry: { server: wish.registry, ...registry } }),
    },
    stack: stackOf({ services: rendered, ...(volumes && { volumes }), ...(configs && { configs }) }),
  };
  return wish.only === undefined ? release : partly(release, wish.only, wish.live);
}

function serviceFile(
  { environments = {} }: SwarmApplication,
  name: string,
  { image, environment, deploy, ...rest }: SwarmService,
  wish: RenderWish,
): ServiceFile {
  const { variables = {}, replicas = {} } = environments[wish.environment] ?? {};
  const all = { ...environment, ...variables[name] };
  const count = replicas[name] ?? deploy.replicas;
  return {
    image: image ?? wish.image,
    ...rest,
    ...(Object.keys(all).length > 0 && { environment: all }),
    deploy: { ...deploy, ...(count !== undefined && { replicas: count }) },
  };
}

/** With the secrets that the services name. */
function stackOf(stack: Omit<StackFile, 'secrets'>): StackFile {
  const names = Object.values(stack.services).flatMap(({ secrets = [] }) => secrets.map(({ source }) => source));
  if (names.length === 0) return stack;
  return { ...stack, secrets: Object.fromEntries([...new Set(names)].sort().map(name => [name, {}])) };
}

/** The release with the wanted services as they are to be, a stage each pattern, and all others as they are live. */
function partly(release: Release, patterns: readonly string[], live: Release | undefined): Release {
  if (live === undefined) {
    throw new SlipwayError('--services needs a release that is live; leave it out for the first one');
  }
  const { manifest, stack } = release;
  const names = Object.keys(stack.services);
  const unknown = patterns.find(pattern => namesOf([pattern], names).length === 0);
  if (unknown !== undefined) {
    throw new SlipwayError(`--services has ${unknown}, allowed are ${names.join(', ')}, and * for any characters`);
  }
  const chosen = namesOf(patterns, names);
  const others = names.filter(name => !chosen.includes(name));
  const missing = others.find(name => live.stack.services[name] === undefined);
  if (missing !== undefined) {
    throw new SlipwayError(`${missing} is not live yet, so it cannot stay; add it to --services, or leave that out`);
  }
  const gone = Object.keys(live.stack.services).find(name => !names.includes(name));
  if (gone !== undefined) {
    throw new SlipwayError(
      `${gone} is live and no longer in stacks/swarm, so it would go; leave --services out to let it go`,
    );
  }
  const stay = Object.fromEntries(Object.entries(live.stack.services).filter(([name]) => others.includes(name)));
  const services = { ...stack.services, ...stay };
  const stages = patterns.map((pattern, index) => {
    const before = namesOf(patterns.slice(0, index), names);
    return namesOf([pattern], names).filter(name => !before.includes(name));
  });
  return {
    ...release,
    manifest: { ...manifest, stages: [...stages, others].filter(stage => stage.length > 0) },
    stack: stackOf({ ...stack, services, ...configsOf(release, live, Object.values(stay)) }),
  };
}

/** Files as the services that stay have them; the others get today's. */
function configsOf({ stack }: Release, live: Release, stay: readonly ServiceFile[]): Pick<StackFile, 'configs'> {
  const names = new Set(stay.flatMap(({ configs = [] }) => configs.map(({ source }) => source)));
  const old = Object.entries(live.stack.configs ?? {}).filter(([name]) => names.has(name));
  const configs = { ...stack.configs, ...Object.fromEntries(old) };
  return Object.keys(configs).length > 0 ? { configs } : {};
}
