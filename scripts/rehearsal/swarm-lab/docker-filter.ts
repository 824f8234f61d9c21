import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Service, startService } from '../../adapters/service';
import { askSocket } from './ask-socket';
import type { LabShell } from './lab-shell';
import { waitUntil } from './wait-until';

export interface DockerFilterOptions {
  readonly shell: LabShell;
  /** Folder of the lab. */
  readonly folder: string;
  /** Folder of a node's files in the sources. */
  readonly boot: string;
  /** Socket of the engine. */
  readonly socket: string;
}

const START_TIMEOUT_MS = 10_000;

/** Starts a node's read-only view of Docker, from its own configuration, and returns its folder and its socket. */
export async function startDockerFilter(options: DockerFilterOptions): Promise<{ service: Service; socket: string }> {
  const folder = path.join(options.folder, 'docker-filter');
  const socket = path.join(folder, 'docker-ro.sock');
  const configuration = path.join(options.folder, 'docker-filter.cfg');
  mkdirSync(folder);
  writeFileSync(
    configuration,
    readFileSync(path.join(options.boot, 'docker-filter.cfg'), 'utf8')
      // The account that a node runs it as may not look into our folder.
      .replace(/^ *(user haproxy|group docker)\n/gm, '')
      .replace('/run/docker-filter/docker-ro.sock', socket)
      .replace('/run/docker.sock', options.socket),
  );
  const log = path.join(options.folder, 'docker-filter.log');
  const service = startService(['haproxy', '-db', '-f', configuration], options.shell.env, log);
  await waitUntil(
    'the Docker filter answers',
    START_TIMEOUT_MS,
    async () => (await askSocket(socket, '/_ping')) === 200 || undefined,
    () => `; see ${log}`,
  );
  return { service, socket };
}
