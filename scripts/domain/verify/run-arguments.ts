import type { HealthCheckFile, ServiceFile } from '../release/release';

/** A file or folder of this machine in a container. */
interface Bind {
  readonly source: string;
  readonly target: string;
}

/** A service of a release as a container of plain Docker. */
export interface LocalContainer {
  readonly name: string;
  readonly service: ServiceFile;
  /** Prefix of what belongs to this verification, and the name of its network. */
  readonly id: string;
  /** File with variables, one `NAME=value` a line. */
  readonly envFile: string;
  /** Secrets and configs. */
  readonly binds: readonly Bind[];
  /** Port that is to be reached from this machine. @default - none */
  readonly port?: number;
}

/** Label of everything that a verification starts; its value is the verification's own. */
export const VERIFY_LABEL = 'slipway.verify';

/**
 * Arguments of `docker run` that start a service as a node starts it, as far as that is possible without a swarm. Its health check
 * is asked from outside, see `healthCommand`: Docker's own options know no list of words.
 */
export function runArguments({ name, service, id, envFile, binds, port }: LocalContainer): string[] {
  const { image, command = [], entrypoint = [], user, working_dir, stop_signal, deploy, healthcheck } = service;
  const [program, ...words] = entrypoint;
  const { memory, cpus } = deploy.resources.limits;
  return [
    ...[
      '--detach',
      '--label',
      `${VERIFY_LABEL}=${id}`,
      '--network',
      id,
      '--network-alias',
      name,
      '--env-file',
      envFile,
    ],
    ...['--memory', memory, ...given('--cpus', cpus)],
    ...(service.init === false ? [] : ['--init']),
    ...(service.read_only === false ? [] : ['--read-only']),
    ...given('--user', user),
    ...given('--workdir', working_dir),
    ...given('--stop-signal', stop_signal),
    ...mounts(service, id, binds).flatMap(mount => ['--mount', mount]),
    ...(port === undefined ? [] : ['--publish', `127.0.0.1::${port}`]),
    ...(healthcheck === undefined ? [] : ['--no-healthcheck']),
    ...given('--entrypoint', program),
    image,
    ...words,
    ...command,
  ];
}

/** Volumes that services of a verification share. */
export function volumesOf(id: string, services: Readonly<Record<string, ServiceFile>>): readonly string[] {
  const names = Object.values(services).flatMap(({ volumes = [] }) => volumes.map(({ source }) => volume(id, source)));
  return [...new Set(names)];
}

/** The command that a health check runs in the container; undefined where there is none. */
export function healthCommand(check: HealthCheckFile | undefined): readonly string[] | undefined {
  const [kind, ...words] = check?.test ?? ['NONE'];
  if (kind === 'NONE') return undefined;
  return kind === 'CMD-SHELL' ? ['sh', '-c', ...words] : words;
}

function mounts({ tmpfs = [], volumes = [] }: ServiceFile, id: string, binds: readonly Bind[]): string[] {
  return [
    ...tmpfs.map(text => {
      const [target = '', size] = text.split(':size=');
      return ['type=tmpfs', `target=${target}`, ...(size === undefined ? [] : [`tmpfs-size=${size}`])].join(',');
    }),
    ...volumes.map(({ source, target, read_only = false }) =>
      ['type=volume', `source=${volume(id, source)}`, `target=${target}`, ...(read_only ? ['readonly'] : [])].join(','),
    ),
    ...binds.map(({ source, target }) => `type=bind,source=${source},target=${target},readonly`),
  ];
}

function volume(id: string, name: string): string {
  return `${id}-${name}`;
}

function given(option: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [option, value];
}
