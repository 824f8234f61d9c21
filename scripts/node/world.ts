import type { Clock } from '../adapters/clock';
import type { Output } from '../adapters/output';
import type { NodeSettings } from '../domain/release/node-settings';
import type { DockerApi } from './adapters/docker-api';
import type { DockerCli } from './adapters/docker-cli';
import type { Probe } from '../domain/swarm/find-fault';
import type { ReadSecrets } from './adapters/parameters';
import type { Resources } from './adapters/resources';
import type { StackFolder } from './adapters/stack-folder';
import type { Traefik } from './adapters/traefik';

/** Everything outside the program that it reads or changes. */
export interface World {
  readonly settings: NodeSettings;
  readonly docker: DockerApi;
  readonly cli: DockerCli;
  readonly traefik: Traefik;
  readonly probe: Probe;
  readonly resources: Resources;
  readonly readSecrets: ReadSecrets;
  readonly output: Output;
  readonly clock: Clock;
  readonly now: () => Date;
  folder(stack: string): StackFolder;
}
