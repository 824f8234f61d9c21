import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
  readonly engine: string;
  /** Socket to make, for Traefik; in a folder of its own. */
  readonly socket: string;
}

const START_TIMEOUT_MS = 10_000;

/** Starts a node's read-only view of Docker, from its own configuration. */
export async function startDockerFilter(options: DockerFilterOptions): Promise<void> {
  const { socket } = options;
  const configuration = path.join(options.folder, 'docker-filter.cfg');
  mkdirSync(path.dirname(socket));
  writeFileSync(
    configuration,
    readFileSync(path.join(options.boot, 'docker-filter.cfg'), 'utf8')
      // The account that a node runs it as may not look into our folder.
      .replace(/^ *(user haproxy|group docker)\n/gm, '')
      .replace('/run/docker-filter/docker-ro.sock', socket)
      .replace('/run/docker.sock', options.engine),
  );
  const log = path.join(options.folder, 'docker-filter.log');
  options.shell.startBeside(['haproxy', '-db', '-f', configuration], log);
  await waitUntil(
    'the Docker filter answers',
    START_TIMEOUT_MS,
    async () => (await askSocket(socket, '/_ping')) === 200 || undefined,
    () => `; see ${log}`,
  );
}
