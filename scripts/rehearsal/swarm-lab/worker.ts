import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Service } from '../../adapters/service';
import { type AddressRange, workerAddress } from './address-range';
import { Engine } from './engine';
import type { LabShell } from './lab-shell';
import { waitUntil } from './wait-until';

export interface WorkerOptions {
  readonly shell: LabShell;
  /** Folder of the lab. */
  readonly folder: string;
  readonly range: AddressRange;
  /** Which worker of the lab it is, from 1. */
  readonly number: number;
  /** Port of the lab's registry on the loopback address. */
  readonly registryPort: number;
  /** Address of the manager, with its port. */
  readonly manager: string;
}

const READY_TIMEOUT_MS = 60_000;

/**
 * A second node on this machine: an engine in a network namespace and with a host name of its own, on the lab's bridge.
 *
 * It pulls from the registry under the very address that the manager uses, its own loopback address, where a relay listens.
 */
export class Worker {
  readonly hostname: string;
  private readonly engine: Engine;
  private readonly namespace: string;
  private readonly folder: string;
  private relay: Service | undefined;

  constructor(private readonly options: WorkerOptions) {
    const { shell, range, number } = options;
    this.hostname = `worker-${number}`;
    // As `removeLab` looks for it.
    this.namespace = `${range.bridge}-${number}`;
    this.folder = path.join(options.folder, this.hostname);
    this.engine = new Engine({
      ...{ shell, folder: this.folder, cgroup: range.cgroup, arguments: [] },
      // Not `ip netns exec`, which hides the control groups.
      prefix: [
        ...['nsenter', `--net=/run/netns/${this.namespace}`, 'unshare', '--uts'],
        ...['sh', '-c', 'hostname "$0" && exec "$@"', this.hostname],
      ],
    });
  }

  /** Socket of its engine. */
  get socket(): string {
    return this.engine.socket;
  }

  /** Joins the swarm, and resolves when the manager finds it ready. */
  async join(): Promise<void> {
    const { shell, manager } = this.options;
    mkdirSync(this.folder);
    await this.connect();
    await this.allowPulls();
    await this.engine.start();
    const token = await shell.docker('swarm', 'join-token', '--quiet', 'worker');
    await this.docker('swarm', 'join', '--token', token, '--advertise-addr', this.address(), manager);
    await waitUntil(`${this.hostname} is ready`, READY_TIMEOUT_MS, async () => {
      const state = await shell.docker('node', 'ls', '--filter', `name=${this.hostname}`, '--format', '{{.Status}}');
      return state === 'Ready' || undefined;
    });
  }

  /** Runs Docker's client against the engine of this node. */
  docker(...words: readonly string[]): Promise<string> {
    return this.options.shell.docker('--host', `unix://${this.socket}`, ...words);
  }

  /** From now on a connection of this node to the registry is refused. */
  async refusePulls(): Promise<void> {
    await this.relay?.stop();
    this.relay = undefined;
  }

  /** Lets this node reach the registry, as it can from the start. */
  async allowPulls(): Promise<void> {
    if (this.relay) return;
    const { shell, registryPort } = this.options;
    const address = `127.0.0.1:${registryPort}`;
    const configuration = path.join(this.folder, 'relay.cfg');
    const log = path.join(this.folder, 'relay.log');
    writeFileSync(
      configuration,
      [
        'defaults',
        '  mode tcp',
        '  timeout connect 2s',
        '  timeout client 60s',
        '  timeout server 60s',
        'listen registry',
        `  bind ${address} namespace ${this.namespace}`,
        `  server registry ${address}`,
        '',
      ].join('\n'),
    );
    const relay = shell.startBeside(['haproxy', '-db', '-f', configuration], log);
    this.relay = relay;
    await waitUntil(`${this.hostname} reaches the registry`, READY_TIMEOUT_MS, async () => {
      if (relay.hasEnded()) throw new Error(`haproxy ended; see ${log}`);
      const asked = ['curl', '--silent', '--output', '/dev/null', `http://${address}/v2/`];
      const { code } = await shell.run(['nsenter', `--net=/run/netns/${this.namespace}`, ...asked]);
      return code === 0 || undefined;
    });
  }

  private address(): string {
    return workerAddress(this.options.range, this.options.number);
  }

  /** A network namespace with one cable to the lab's bridge. */
  private async connect(): Promise<void> {
    const { shell, range, number } = this.options;
    const { namespace } = this;
    const cable = `${range.bridge}w${number}`;
    const inside = ['ip', '-netns', namespace] as const;
    await shell.must(['ip', 'netns', 'add', namespace]);
    await shell.must(['ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', namespace]);
    await shell.must(['ip', 'link', 'set', cable, 'master', range.bridge, 'up']);
    await shell.must([...inside, 'link', 'set', 'lo', 'up']);
    await shell.must([...inside, 'link', 'set', 'uplink', 'up']);
    await shell.must([...inside, 'address', 'add', `${this.address()}/24`, 'dev', 'uplink']);
  }
}
