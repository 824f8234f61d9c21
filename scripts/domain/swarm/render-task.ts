import type { Release, ServiceFile } from '../release/release';
import type { ComposeService } from './compose-file';
import { parseSize } from './size';
import type { Colour } from './units';

/** Longer than most requests, and shorter than the minute after which swarm replaces a task that has not ended. */
const STOP_GRACE = '30s';

/** What a task of a service is, without how many there are, where, and what reaches them. */
export function renderTask(release: Release, name: string, colour: Colour | undefined): ComposeService {
  const { deploy: _deploy, healthcheck: _healthcheck, volumes, tmpfs, secrets, ...rest } = serviceOf(release, name);
  const mounts = [
    ...(volumes ?? []).map(volume => ({ ...volume, source: volumeName(release, volume.source, colour) })),
    ...(tmpfs ?? []).map(temporaryFolder),
  ];
  return {
    init: true,
    read_only: true,
    stop_grace_period: STOP_GRACE,
    ...rest,
    // The file keeps its name, whatever the secret's content and so its name in Docker is.
    ...(secrets && { secrets: secrets.map(({ source, target = source }) => ({ source, target })) }),
    ...(mounts.length > 0 && { volumes: mounts }),
  };
}

export function serviceOf({ stack: { services } }: Release, name: string): ServiceFile {
  const service = services[name];
  if (service === undefined) throw new Error(`the release has no service ${name}`);
  return service;
}

/** Name of a volume in the stack: one of a colour is another folder for the other colour. */
export function volumeName({ stack: { volumes } }: Release, name: string, colour: Colour | undefined): string {
  return colour !== undefined && volumes?.[name]?.perColour === true ? `${name}-${colour}` : name;
}

/** As a mount, because swarm ignores the key `tmpfs` of a Compose file. */
function temporaryFolder(text: string): Readonly<Record<string, unknown>> {
  const [target, size] = text.split(':size=');
  const bytes = size === undefined ? undefined : parseSize(size);
  return { type: 'tmpfs', target, ...(bytes !== undefined && { tmpfs: { size: bytes } }) };
}
