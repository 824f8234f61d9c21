import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { NodeSettings } from '../../domain/release/node-settings';
import { SlipwayError } from '../../domain/slipway-error';
import { cacheFolder } from '../database-lab/programs';
import { type AddressRange, claimAddressRange, type LabPorts } from './address-range';
import { startDockerFilter } from './docker-filter';
import { Engine } from './engine';
import { formSwarm, managerAddress } from './form-swarm';
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
const LEADER_TIMEOUT_MS = 60_000;

/**
 * A swarm of its own on this machine, as a node has it: a private Docker engine, the node's filter before it, the node's
 * Traefik, and a registry with versions of a sample application.
 *
 *     const lab = await SwarmLab.start({ root, traefikImage, env: process.env });
 *     const image = await lab.pushVersion('202611.1');       // 127.0.0.1:28002/web:202611.1@sha256:...
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
  ) {
    const { root, env } = options;
    const { ports } = range;
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
      const shell = new LabShell({ ...options.env, ...dockerVariables(folder) });
      const lab = new SwarmLab(options, shell, folder, range);
      await lab.build();
      return lab;
    } catch (error) {
      await removeLab(bare, { folder, index: range?.index });
      throw error;
    }
  }

  /** Ports of this machine. */
  get ports(): LabPorts {
    return this.range.ports;
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

  /** Pushes an image that others can be built on, the sample application without a version. */
  pushBase(): Promise<string> {
    return this.images.pushBase();
  }

  /** Writes the settings of the release program and returns their file, for SLIPWAY_NODE_CONFIG. */
  writeNodeSettings(settings: Partial<NodeSettings> = {}): string {
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
    const addresses = { registryPort: ports.registry, manager: managerAddress(range) };
    const worker = new Worker({ shell, folder, range, number, ...addresses });
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
    await all([this.engine.start(), this.registry.start()]);
    const boot = path.join(this.options.root, BOOT);
    await all([
      formSwarm(shell, this.range),
      provideTraefikImage({ shell, cache: cacheFolder(this.options.env), image: this.options.traefikImage }),
      startDockerFilter({ shell, folder, boot, engine: this.socket, socket: this.filterSocket }),
    ]);
    await this.traefik.start();
  }
}

/** Waits for all, so that none goes on in a lab that is being removed because of another. */
async function all(parts: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(parts);
  await Promise.all(parts);
}

function dockerVariables(folder: string): Record<string, string | undefined> {
  return {
    DOCKER_HOST: `unix://${path.join(folder, MANAGER, 'docker.sock')}`,
    DOCKER_CONFIG: path.join(folder, 'docker-config'),
    DOCKER_CONTEXT: undefined,
    DOCKER_TLS_VERIFY: undefined,
  };
}
