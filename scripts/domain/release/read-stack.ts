import { parseDuration } from '../swarm/duration';
import { parseSize } from '../swarm/size';
import { type Read, flag, list, map, object, oneOf, optional, text, wholeNumber } from './reader';
import {
  REFUSED_CONFIG_KEYS,
  REFUSED_DEPLOY_KEYS,
  REFUSED_HEALTH_CHECK_KEYS,
  REFUSED_RESOURCE_KEYS,
  REFUSED_SECRET_KEYS,
  REFUSED_SERVICE_KEYS,
  REFUSED_STACK_KEYS,
  REFUSED_VOLUME_KEYS,
} from './refused-keys';
import type { DeployFile, HealthCheckFile, ServiceFile, StackFile } from './release';
import {
  CONSTRAINT,
  CONTAINER_PATH,
  CPUS,
  FILE_CONTENT,
  FILE_NAME,
  IMAGE_WITH_DIGEST,
  IMAGE_WITHOUT_DIGEST,
  NAME,
  STOP_SIGNAL,
  TEXT,
  USER,
  VARIABLE_NAME,
} from './text-rules';

const MAX_GRACE_MS = 55_000;
const MEBIBYTE = 1024 ** 2;
const MIN_MEMORY = 6 * MEBIBYTE;

const name = text(NAME);
const anyText = text(TEXT);
const words = list(anyText, { least: 1 });
const containerPath = text(CONTAINER_PATH);

type VolumeMount = NonNullable<ServiceFile['volumes']>[number];
type SecretMount = NonNullable<ServiceFile['secrets']>[number];
type ConfigMount = NonNullable<ServiceFile['configs']>[number];
type Limits = DeployFile['resources']['limits'];
type Reservations = NonNullable<DeployFile['resources']['reservations']>;

/** A duration between two numbers of milliseconds. */
function duration(least: number, most: number, allowed: string): Read<string> {
  return (value, place) => {
    const length = typeof value === 'string' ? parseDuration(value) : undefined;
    if (length === undefined || length < least || length > most) throw place.wrong(value, allowed);
    return value as string;
  };
}

const upToAnHour = duration(0, 3_600_000, 'a duration such as 5s, an hour at most');
const oneSecondToAnHour = duration(1000, 3_600_000, 'a duration such as 5s, from a second to an hour');

const memory: Read<string> = (value, place) => {
  const size = typeof value === 'string' ? parseSize(value) : undefined;
  if (size === undefined || size < MIN_MEMORY) throw place.wrong(value, 'a size such as 256M, 6M at least');
  return value as string;
};

const image: Read<string> = (value, place) => {
  if (typeof value === 'string' && value.length <= 400 && IMAGE_WITHOUT_DIGEST.test(value)) {
    throw place.refused(`${value} has no digest, and what a tag names can change; write ${value}@sha256:...`);
  }
  return text(IMAGE_WITH_DIGEST)(value, place);
};

const healthCheck = object<HealthCheckFile>(
  {
    test: (value, place) => {
      const test = words(value, place);
      if (test.length >= 2 && (test[0] === 'CMD' || (test[0] === 'CMD-SHELL' && test.length === 2))) return test;
      throw place.malformed('is no check, allowed is ["CMD", program, ...] or ["CMD-SHELL", line]');
    },
    interval: optional(oneSecondToAnHour),
    timeout: optional(oneSecondToAnHour),
    retries: optional(wholeNumber(1, 100)),
    start_period: optional(upToAnHour),
  },
  REFUSED_HEALTH_CHECK_KEYS,
);

const volumeMount: Read<VolumeMount> = (value, place) => {
  if (typeof value === 'string') {
    throw place.refused('the short form can mean a folder of the node; write type, source and target');
  }
  return object<VolumeMount>({
    type: (type, at) => {
      if (['bind', 'npipe', 'cluster', 'image'].includes(String(type))) {
        throw at.refused(`${String(type)} mounts a part of the node; write "volume" and declare it in stack.volumes`);
      }
      return oneOf('volume')(type, at);
    },
    source: name,
    target: containerPath,
    read_only: optional(flag()),
  })(value, place);
};

const tmpfs: Read<string> = (value, place) => {
  const [target, size, ...rest] = typeof value === 'string' ? value.split(':size=') : [];
  const isSized = size === undefined || parseSize(size) !== undefined;
  if (target === undefined || !isSized || rest.length > 0) throw place.wrong(value, 'a path such as /tmp:size=64M');
  containerPath(target, place);
  return value as string;
};

const deploy = object<DeployFile>(
  {
    replicas: optional(wholeNumber(0, 100)),
    resources: object<DeployFile['resources']>({
      limits: object<Limits>({ memory, cpus: optional(text(CPUS)) }, REFUSED_RESOURCE_KEYS),
      reservations: optional(
        object<Reservations>({ memory: optional(memory), cpus: optional(text(CPUS)) }, REFUSED_RESOURCE_KEYS),
      ),
    }),
    placement: optional(
      object<NonNullable<DeployFile['placement']>>({ constraints: optional(list(text(CONSTRAINT), { most: 10 })) }),
    ),
  },
  REFUSED_DEPLOY_KEYS,
);

const service = object<ServiceFile>(
  {
    image,
    command: optional(words),
    entrypoint: optional(words),
    environment: optional(map(VARIABLE_NAME, anyText, 300)),
    healthcheck: optional(healthCheck),
    init: optional(flag()),
    user: optional(text(USER)),
    working_dir: optional(containerPath),
    stop_signal: optional(text(STOP_SIGNAL)),
    // Swarm starts the replacement after a minute, whether the old task has finished or not.
    stop_grace_period: optional(duration(0, MAX_GRACE_MS, 'a duration such as 30s, 55s at most')),
    read_only: optional(flag()),
    tmpfs: optional(list(tmpfs)),
    volumes: optional(list(volumeMount)),
    secrets: optional(list(object<SecretMount>({ source: name, target: optional(text(FILE_NAME)) }))),
    configs: optional(list(object<ConfigMount>({ source: name, target: containerPath }))),
    deploy,
  },
  REFUSED_SERVICE_KEYS,
);

/** Shape and ranges of the stack; what its parts say about each other is up to check-release.ts. */
export const readStack: Read<StackFile> = object<StackFile>(
  {
    services: map(NAME, service, 50),
    volumes: optional(map(NAME, object<{ perColour?: boolean }>({ perColour: optional(flag()) }, REFUSED_VOLUME_KEYS))),
    secrets: optional(map(NAME, object<Record<string, never>>({}, REFUSED_SECRET_KEYS))),
    configs: optional(map(NAME, object<{ content: string }>({ content: text(FILE_CONTENT) }, REFUSED_CONFIG_KEYS))),
  },
  REFUSED_STACK_KEYS,
);
