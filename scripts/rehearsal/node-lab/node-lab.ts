import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ProcessShell, type Command, type Shell } from '../../adapters/shell';
import { SlipwayError } from '../../domain/slipway-error';
import { cacheFolder } from '../database-lab/programs';
import { freePort } from '../emulated-aws';
import { LabShell } from '../swarm-lab/lab-shell';
import { Registry } from '../swarm-lab/registry';
import { SampleImages } from '../swarm-lab/sample-images';
import { SwarmLab } from '../swarm-lab/swarm-lab';
import { keptTraefikImage } from '../swarm-lab/traefik-image';
import { type Accelerator, findAccelerator } from './accelerator';
import { LabNode } from './lab-node';
import { pushSavedImage } from './push-saved-image';
import { type ForwardedPort, VirtualMachine } from './virtual-machine';

export interface NodeLabOptions {
  /** Folder of this project. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** The loopback address of this machine, as a virtual machine sees it. */
const HOST = '10.0.2.2';

/** Docker Hub's own folder for images whose names have no slash. */
const OFFICIAL = 'library';
const SAMPLE = 'web';

/**
 * Virtual machines that boot user data as EC2 would, with a registry that stands for Docker Hub.
 *
 *     const lab = await NodeLab.open({ root, env, signal });
 *     const node = await lab.boot('i-0123456789abcdef0', Buffer.from(userDataBase64, 'base64'));
 *     await node.booted(signal);
 *     await lab.close();                                     // and nothing is left but the cache
 */
export class NodeLab {
  private readonly machines: VirtualMachine[] = [];
  private readonly labShell: LabShell;
  private readonly registry: Registry;
  private readonly samples: SampleImages;

  private constructor(
    private readonly options: NodeLabOptions,
    private readonly shell: Shell,
    /** Folder that `install.sh` has made. */
    private readonly parts: string,
    readonly accelerator: Accelerator,
    private readonly work: string,
    registryPort: number,
  ) {
    const { root, env } = options;
    this.labShell = new LabShell(env);
    const inLab = { shell: this.labShell, cache: cacheFolder(env) };
    this.registry = new Registry({ ...inLab, folder: path.join(work, 'registry'), port: registryPort });
    const program = path.join(root, 'scripts', 'rehearsal', 'swarm-lab', 'application.cjs');
    const repository = `${OFFICIAL}/${SAMPLE}`;
    this.samples = new SampleImages({ ...inLab, program, registry: this.registry, repository });
  }

  /** Takes minutes the first time on a machine. */
  static async open(options: NodeLabOptions): Promise<NodeLab> {
    const { root, env, signal } = options;
    const shell = new ProcessShell({ env });
    const parts = await install(shell, root, signal);
    const accelerator = await findAccelerator(parts, shell, signal);
    const work = mkdtempSync(path.join(tmpdir(), 'slipway-node-'));
    const lab = new NodeLab(options, shell, parts, accelerator, work, await freePort());
    try {
      await lab.registry.start();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** Where a node finds a service that listens on a loopback port of this machine. */
  seenFromNode(url: string): string {
    return `http://${HOST}:${new URL(url).port}`;
  }

  /** Mirror of Docker Hub for the nodes of this lab. */
  get registryMirror(): string {
    return this.seenFromNode(`http://${this.registry.server}`);
  }

  /** Puts a version of the sample application where the nodes look for images of Docker Hub, and returns its name there. */
  async pushSample(version: string): Promise<string> {
    const [, digest = ''] = (await this.samples.push(version, 'works')).split('@');
    return `${SAMPLE}:${version}@${digest}`;
  }

  /**
   * Starts a new machine with these bytes as its user data.
   *
   * @param instanceId  the one that the machine believes to have
   */
  async boot(instanceId: string, userData: Buffer): Promise<LabNode> {
    const folder = path.join(this.work, `machine-${this.machines.length + 1}`);
    mkdirSync(folder);
    await this.provideTraefik(traefikImageOf(userData));
    const disk = path.join(folder, 'disk.qcow2');
    const base = path.join(this.parts, 'disk.img');
    await this.tool(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', base, disk]);
    const [ssh, http, https] = [await freePort(), await freePort(), await freePort()];
    const ports: readonly ForwardedPort[] = [
      { protocol: 'tcp', guest: 22, host: ssh },
      { protocol: 'tcp', guest: 80, host: http },
      { protocol: 'tcp', guest: 443, host: https },
      { protocol: 'udp', guest: 443, host: https },
    ];
    const { parts: lab, accelerator } = this;
    const seed = await this.seed(folder, instanceId, userData);
    const machine = VirtualMachine.start({ lab, accelerator, disk, seed, ports, env: this.options.env });
    this.machines.push(machine);
    return new LabNode(machine, { ssh, http, https }, this.shell);
  }

  /** Ends everything and removes it. */
  async close(): Promise<void> {
    for (const machine of this.machines) await machine.stop();
    await this.registry.stop();
    rmSync(this.work, { recursive: true, force: true });
  }

  /** What cloud-init reads in the place of EC2's metadata service: https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html */
  private async seed(folder: string, instanceId: string, userData: Buffer): Promise<string> {
    const files = path.join(folder, 'seed');
    mkdirSync(files);
    writeFileSync(path.join(files, 'user-data'), userData);
    writeFileSync(path.join(files, 'meta-data'), JSON.stringify({ 'instance-id': instanceId }));
    const seed = path.join(folder, 'seed.iso');
    await this.tool(['genisoimage', '-quiet', '-rational-rock', '-joliet', '-volid', 'cidata', '-output', seed, files]);
    return seed;
  }

  private async tool([program, ...args]: Command): Promise<void> {
    const { code, stderr } = await this.shell.run([path.join(this.parts, 'tools', program), ...args], { write: true });
    if (code !== 0) throw new SlipwayError(`${program} ended with exit code ${code}: ${stderr.trim()}`);
  }

  /** Puts Traefik where Docker Hub has it. */
  private async provideTraefik(traefikImage: string): Promise<void> {
    const { root, env } = this.options;
    const archive = keptTraefikImage(cacheFolder(env), traefikImage);
    // The swarm lab finds or builds it, and keeps it.
    if (!existsSync(archive)) await (await SwarmLab.start({ root, env, traefikImage })).stop();
    const [name = '', tag = ''] = traefikImage.split(':');
    const image = { archive, repository: `${OFFICIAL}/${name}`, tag };
    await pushSavedImage(this.labShell, this.registry.client, image);
  }
}

/** The image that a node with this user data will ask Docker Hub for. */
function traefikImageOf(userData: Buffer): string {
  const [, image] = /TRAEFIK_IMAGE='([^']+)'/.exec(gunzipSync(userData).toString('utf8')) ?? [];
  if (image === undefined) throw new SlipwayError('the user data names no TRAEFIK_IMAGE, is it that of a node?');
  return image;
}

async function install(shell: Shell, root: string, signal: AbortSignal): Promise<string> {
  const script = path.join(root, 'scripts', 'rehearsal', 'node-lab', 'install.sh');
  const { code, stdout, stderr } = await shell.run([script], { write: true, signal });
  if (code === 0) return stdout.trim();
  throw new SlipwayError(`the virtual machine lab cannot be made: ${stderr.trim().split('\n').at(-1) ?? ''}`);
}
