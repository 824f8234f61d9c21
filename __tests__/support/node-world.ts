import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BootStep, LabNode, SshLogin } from '../../scripts/rehearsal/node-lab/lab-node';
import { NodeLab } from '../../scripts/rehearsal/node-lab/node-lab';
import { settleForNode, stagedNode, type StagedNode } from '../../scripts/rehearsal/node-lab/node-of-stage';
import { succeeded } from '../../scripts/rehearsal/questions';
import { site } from '../../stacks/environments/site';
import { EmulatedStage } from './emulated-stage';

const ROOT = path.join(__dirname, '..', '..');

/** The environment whose node is booted. */
export const STACK = 'dev';
export const VAULT = `${site.bucketPrefix}-${STACK}-node`;

/** An emulated AWS to which a node was deployed, and a lab that boots it. */
export class NodeWorld {
  /** What Terraform gave to EC2. */
  staged: StagedNode = { instanceId: '', userData: Buffer.alloc(0) };

  private constructor(
    readonly cloud: EmulatedStage,
    readonly lab: NodeLab,
    private readonly folder: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Deploys what a node needs; the rest of the environment is the matter of other lanes. */
  static async open(signal: AbortSignal): Promise<NodeWorld> {
    const lab = await NodeLab.open({ root: ROOT, env: process.env, signal });
    const cloud = await EmulatedStage.open(signal);
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-node-key-'));
    const world = new NodeWorld(cloud, lab, folder, signal);
    try {
      await world.deploy();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  private async deploy(): Promise<void> {
    const { stage } = this.cloud;
    const key = path.join(this.folder, 'key');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lane', '-f', key]);
    settleForNode(stage, STACK, this.lab, readFileSync(`${key}.pub`, 'utf8').trim());
    succeeded(await stage.slipway(['bootstrap']));
    succeeded(await stage.cdktf('synth', []));
    succeeded(await stage.terraform(STACK, ['init', '-input=false']));
    const synthesized = readFileSync(path.join(stage.workspace.stack(STACK), 'cdk.tf.json'), 'utf8');
    const { resource } = JSON.parse(synthesized) as { resource: { aws_instance: Record<string, unknown> } };
    const targets = Object.keys(resource.aws_instance).map(name => `-target=aws_instance.${name}`);
    succeeded(await stage.terraform(STACK, ['apply', '-input=false', '-auto-approve', ...targets]));
    this.staged = await stagedNode(stage, STACK);
  }

  /** Starts a machine with what Terraform gave to EC2, and forgets what the emulated AWS has said in its place. */
  async start(): Promise<LabNode> {
    const { instanceId, userData } = this.staged;
    await this.cloud.aws('s3', 'delete_object', { Bucket: VAULT, Key: `nodes/${instanceId}/readiness.json` });
    return this.lab.boot(instanceId, userData);
  }

  /** Waits until the machine has booted, and prints how long each step took. */
  async booted(node: LabNode): Promise<readonly BootStep[]> {
    const steps = await node.booted(this.signal);
    const times = steps.map(({ name, after }, index) => `${name} ${(steps[index + 1]?.after ?? after) - after} s`);
    process.stdout.write(`boot by ${this.lab.accelerator.name}: ${times.join(', ')}\n`);
    return steps;
  }

  /** An object of the vault as text. */
  async inVault(key: string): Promise<string> {
    const object = await this.cloud.aws<{ Body: string }>('s3', 'get_object', { Bucket: VAULT, Key: key });
    return object.Body;
  }

  /** The login of whoever may release, who believes the host key in the vault and no other. */
  async login(node: LabNode): Promise<SshLogin> {
    const hostKey = await this.inVault(`nodes/${this.staged.instanceId}/ssh_host_ed25519_key.pub`);
    const knownHosts = path.join(this.folder, 'known_hosts');
    writeFileSync(knownHosts, `[127.0.0.1]:${node.ports.ssh} ${hostKey.trim()}\n`);
    return { key: path.join(this.folder, 'key'), knownHosts };
  }

  async close(): Promise<void> {
    await this.lab.close();
    await this.cloud.stage.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
