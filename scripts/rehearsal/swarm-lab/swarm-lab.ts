import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SlipwayError } from '../../domain/slipway-error';
import { cacheFolder } from '../database-lab/programs';
import { freePort } from '../emulated-aws';
import { type AddressRange, claimAddressRange } from './address-range';
import { startDockerFilter } from './docker-filter';
import { Engine } from './engine';
import { deadLabs, makeLabFolder, noteOwner } from './lab-folder';
import { LabShell } from './lab-shell';
import { Registry } from './registry';
import { removeLab } from './remove-lab';
import { type SampleMode, SampleImages } from './sample-images';
import { type ApiAnswer, Traefik } from './traefik';
import { provideTraefikImage } from './traefik-image';
import { waitUntil } from './wait-until';
import { Worker } from './worker';

export interface SwarmLabOptions {
  /** Folder of this project. */
  readonly root: string;
  /** Traefik's image, as on a node: `traefik:v3.6.12`. */
  readonly traefikImage: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Ports {
  readonly http: number;
  readonly https: number;
  readonly registry: number;
}

/** The settings file of the release program. */
export interface LabNodeSettings {
  readonly name: string;
  readonly stacks: Readonly<Record<string, { readonly hostnames: readonly string[]; readonly parameterPath: string }>>;
  readonly state: string;
  readonly dynamic: string;
  readonly docker: string;
  readonly publicPort: number;
  readonly region: string;
  readonly vault: string;
  readonly awsEndpointUrl?: string;
}

/** Two environments on one node. */
const NODE_SETTINGS = {
  name: 'webshop-prod',
  stacks: {
    'webshop-prod': { hostnames: ['example.org', 'www.example.org'], parameterPath: '/webshop/prod' },
    'webshop-staging': { hostnames: ['staging.example.org'], parameterPath: '/webshop/staging' },
  },
  region: 'eu-central-1',
  vault: 'webshop-prod-node',
};
const BOOT = 'constructs/swarm-node/boot';
const MANAGER = 'manager';
const SWARM_PORT = 22_377;
const OVERLAY_POOL = '10.214.0.0/16';
const LEADER_TIMEOUT_MS = 60_000;

/**
 * A swarm of its own on this machine, as a node has it: a private Docker engine, the node's filter before it, the node's
 * Traefik, and a registry with versions of a sample application.
 *
 *     const lab = await SwarmLab.start({ root, env: process.env });
 *     const image = await lab.pushVersion('202611.1');       // 127.0.0.1:41234/web:202611.1@sha256:...
 *     await lab.docker('service', 'create', '--network', 'edge', image);
 *     await lab.stop();                                      // and nothing is left
 *
 * All its state is in one temporary folder. What a lab leaves whose test was killed is removed by the next one. The first
 * lab of a machine may take some minutes, for Traefik's image.
 */
export class SwarmLab {
  /** Folder for the state of the release program. */
  readonly state: string;
  /** Folder that Traefik watches. */
  readonly dynamic: string;
  /** Socket of the engine. */
  readonly socket: string;
  /** Socket of the read-only view of Docker that Traefik has. */
  readonly filterSocket: string;
  readonly registry: Registry;
  private readonly engine: Engine;
  private readonly traefik: Traefik;
  private readonly images: SampleImages;
  private workers = 0;

  private constructor(
    private readonly options: SwarmLabOptions,
    private readonly shell: LabShell,
    readonly folder: string,
    readonly range: AddressRange,
    readonly ports: Ports,
  ) {
    const { root, env } = options;
    const cache = cacheFolder(env);
    const program = path.join(root, 'scripts/rehearsal/swarm-lab/application.cjs');
    this.state = path.join(folder, 'state');
    this.filterSocket = path.join(folder, 'docker-filter', 'docker-ro.sock');
    this.engine = new Engine({
      ...{ shell, folder: path.join(folder, MANAGER), cgroup: range.cgroup },
      arguments: [`--bridge=${range.bridge}`, `--fixed-cidr=${range.containers}`],
    });
    this.socket = this.engine.socket;
    this.registry = new Registry({ shell, folder: path.join(folder, 'registry'), port: ports.registry });
    this.images = new SampleImages({ shell, cache, program, registry: this.registry });
    this.traefik = new Traefik({ shell, folder, boot: path.join(root, BOOT), image: options.traefikImage, ports });
    this.dynamic = this.traefik.dynamic;
  }

  /** @throws SlipwayError when a program is missing, this process is not root's, or a part does not come up */
  static async start(options: SwarmLabOptions): Promise<SwarmLab> {
    if (process.getuid?.() !== 0)
      throw new SlipwayError('the swarm lab makes network bridges and containers; run it as root');
    const bare = new LabShell(options.env);
    for (const dead of deadLabs()) await removeLab(bare, dead);
    const folder = makeLabFolder();
    let range: AddressRange | undefined;
    try {
      range = await claimAddressRange(bare);
      noteOwner(folder, range.index);
      const ports = { http: await freePort(), https: await freePort(), registry: await freePort() };
      const shell = new LabShell({ ...options.env, ...dockerVariables(folder) });
      const lab = new SwarmLab(options, shell, folder, range, ports);
      await lab.build();
      return lab;
    } catch (error) {
      await removeLab(bare, { folder, index: range?.index });
      throw error;
    }
  }

  /** Variables that lead Docker's client to this engine, and away from the person's settings. */
  get dockerEnv(): Readonly<Record<string, string | undefined>> {
    return dockerVariables(this.folder);
  }

  /** Runs Docker's client against this engine and returns what it printed. */
  docker(...words: readonly string[]): Promise<string> {
    return this.shell.docker(...words);
  }

  /** Asks Traefik's own API, e.g. `/api/http/services/web-blue@swarm`. */
  traefikApi(apiPath: string): Promise<ApiAnswer> {
    return this.traefik.api(apiPath);
  }

  /**
   * Pushes a version of the sample application and returns its image, with tag and digest.
   *
   * @param mode  what is wrong with it
   */
  pushVersion(version: string, mode: SampleMode = 'works'): Promise<string> {
    return this.images.push(version, mode);
  }

  /** Writes the settings of the release program and returns their file, for SLIPWAY_NODE_CONFIG. */
  writeNodeSettings(settings: Partial<LabNodeSettings> = {}): string {
    const file = path.join(this.folder, 'node.json');
    const { state, dynamic, socket, ports } = this;
    const all = { ...NODE_SETTINGS, state, dynamic, docker: socket, publicPort: ports.https, ...settings };
    writeFileSync(file, JSON.stringify(all, undefined, 2));
    return file;
  }

  /** Adds a second node, in a network namespace of its own, and resolves when it is ready for tasks. */
  async addWorker(): Promise<Worker> {
    const { shell, folder, range, ports } = this;
    const number = ++this.workers;
    const manager = `${range.host}:${SWARM_PORT}`;
    const worker = new Worker({ shell, folder, range, number, registryPort: ports.registry, manager });
    await worker.join();
    return worker;
  }

  /** Kills the engine as the kernel would; its containers go on without it. `restartDocker` brings it back. */
  killDocker(): Promise<void> {
    return this.engine.end('SIGKILL');
  }

  /** Ends the engine, if it runs, and resolves when it, the swarm and Traefik are back. */
  async restartDocker(): Promise<void> {
    await this.engine.end('SIGTERM');
    await this.engine.start();
    await waitUntil('the swarm has a leader', LEADER_TIMEOUT_MS, async () => {
      const { code } = await this.shell.run(['docker', 'node', 'ls']);
      return code === 0 || undefined;
    });
    await this.traefik.waitReady();
  }

  /** Ends all and removes everything. */
  stop(): Promise<void> {
    return removeLab(this.shell, { folder: this.folder, index: this.range.index });
  }

  private async build(): Promise<void> {
    const { shell, folder } = this;
    mkdirSync(this.state);
    mkdirSync(path.join(folder, 'docker-config'));
    await Promise.all([this.engine.start(), this.registry.start()]);
    const boot = path.join(this.options.root, BOOT);
    await Promise.all([
      this.formSwarm(),
      provideTraefikImage({ shell, cache: cacheFolder(this.options.env), image: this.options.traefikImage }),
      startDockerFilter({ shell, folder, boot, socket: this.socket }),
    ]);
    await this.traefik.start();
  }

  private async formSwarm(): Promise<void> {
    const { gatewayBridge, gatewaySubnet, host, dataPathPort } = this.range;
    const option = (name: string, value: string) => ['--opt', `com.docker.network.bridge.${name}=${value}`];
    // Made by ourselves, as the engine would give it the same name as the person's engine does.
    await this.docker(
      ...['network', 'create', '--subnet', gatewaySubnet, ...option('name', gatewayBridge)],
      ...[...option('enable_icc', 'false'), ...option('enable_ip_masquerade', 'false'), 'docker_gwbridge'],
    );
    const address = `${host}:${SWARM_PORT}`;
    await this.docker(
      ...['swarm', 'init', '--listen-addr', address, '--advertise-addr', address, '--task-history-limit', '2'],
      ...['--default-addr-pool', OVERLAY_POOL, '--data-path-port', `${dataPathPort}`],
    );
    await this.docker('network', 'create', '--driver', 'overlay', 'edge');
  }
}

function dockerVariables(folder: string): Record<string, string | undefined> {
  return {
    DOCKER_HOST: `unix://${path.join(folder, MANAGER, 'docker.sock')}`,
    DOCKER_CONFIG: path.join(folder, 'docker-config'),
    DOCKER_CONTEXT: undefined,
    DOCKER_TLS_VERIFY: undefined,
  };
}
