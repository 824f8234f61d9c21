import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { poll, systemClock } from '../adapters/clock';
import type { Context } from '../commands/context';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { httpsProbe } from '../adapters/https-probe';
import type { LabNode } from './node-lab/lab-node';
import { NodeLab } from './node-lab/node-lab';
import { settleForNode, stagedNode } from './node-lab/node-of-stage';
import { sampleRelease } from './node-lab/sample-release';
import { succeeded } from './questions';
import type { Stage } from './stage';
import type { Steps } from './steps';

const VERSION = '202611.1';
const SERVES_TIMEOUT_MS = 5 * 60_000;

/**
 * What a rehearsal tells of the node of an environment: the user data in the state boots in a virtual machine, a release is
 * handed over by ssh, the machine is lost, and another one with the same user data comes back with that release.
 */
export class NodeStory {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'slipway-story-'));

  private constructor(
    private readonly lab: NodeLab,
    private readonly context: Context,
    private readonly steps: Steps,
  ) {}

  static prepare(context: Context, steps: Steps): Promise<NodeStory> {
    return steps.run('prepare a Debian 13 and its QEMU', async () => {
      const { root, env, signal } = context;
      const lab = await NodeLab.open({ root, env: { ...env }, signal });
      return [new NodeStory(lab, context, steps), `machines run by ${lab.accelerator.name}`];
    });
  }

  /** Edits the environment so that its node can be booted here; before it is deployed. */
  async settle(stage: Stage, environment: string): Promise<void> {
    const file = path.join(this.folder, 'key');
    const keygen = ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'rehearsal', '-f', file] as const;
    succeeded(await this.context.shell.run(keygen, { write: true }));
    settleForNode(stage, environment, this.lab, readFileSync(`${file}.pub`, 'utf8').trim());
  }

  async tell(stage: Stage, stack: string, host: string): Promise<void> {
    const node = await this.boot(`boot the node of ${stack}`, stage, stack);
    await this.steps.run(`release ${VERSION} by ssh`, async progress => {
      const image = await this.lab.pushSample(VERSION);
      const release = sampleRelease(await nameOf(node), VERSION, image);
      const done = await node.ssh(await this.login(node), ['apply'], [], JSON.stringify(release), progress);
      succeeded(done);
      return [undefined, `${done.stdout.trim().split('\n').at(-1) ?? ''}; ${await this.answer(node, host)}`];
    });
    await this.steps.run('the vault has it, and the node is lost', async () => {
      await node.run('systemctl', 'start', 'slipway-vault.service');
      await node.machine.stop();
      return [undefined, 'its machine and its disk are gone'];
    });
    const next = await this.boot('another node, same user data and vault', stage, stack);
    await this.steps.run('what visitors see', async () => [undefined, await this.answer(next, host)]);
  }

  async close(): Promise<void> {
    await this.lab.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private boot(title: string, stage: Stage, stack: string): Promise<LabNode> {
    return this.steps.run(title, async progress => {
      const { instanceId, userData } = await stagedNode(stage, stack);
      const node = await this.lab.boot(instanceId, userData);
      const steps = await node.booted(this.context.signal, step => progress(`${step.name} after ${step.after} s`));
      const times = steps.map(({ name, after }, index) => `${name} ${(steps[index + 1]?.after ?? after) - after} s`);
      return [node, `${userData.length} bytes of user data: ${times.slice(0, -1).join(', ')}`];
    });
  }

  private async login(node: LabNode) {
    const hostKey = await node.run('cat', '/etc/ssh/ssh_host_ed25519_key.pub');
    const knownHosts = path.join(this.folder, 'known_hosts');
    writeFileSync(knownHosts, `[127.0.0.1]:${node.ports.ssh} ${hostKey}`);
    return { key: path.join(this.folder, 'key'), knownHosts };
  }

  /** What the site answers once it answers. */
  private async answer(node: LabNode, host: string): Promise<string> {
    const probe = httpsProbe({ address: '127.0.0.1', port: node.ports.https, trustsAll: true });
    const look = async () => {
      const found = await probe({ host, path: '/' });
      return found?.status === 200 ? found.body.trim() : undefined;
    };
    const { signal } = this.context;
    const said = await poll(look, { clock: systemClock, intervalMs: 1_000, timeoutMs: SERVES_TIMEOUT_MS, signal });
    if (said?.includes(VERSION)) return `https://${host} answers "${said}"`;
    throw new SlipwayError(`https://${host} answers ${said ?? 'nothing'}, not ${VERSION}`, ExitCode.VerificationFailed);
  }
}

/** The name of the node's own stack. */
async function nameOf(node: LabNode): Promise<string> {
  const settings = JSON.parse(await node.run('cat', '/etc/slipway/node.json')) as { name: string };
  return settings.name;
}
