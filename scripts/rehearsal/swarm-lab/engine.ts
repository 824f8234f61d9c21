import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Service } from '../../adapters/service';
import type { LabShell } from './lab-shell';
import { waitUntil } from './wait-until';

export interface EngineOptions {
  readonly shell: LabShell;
  /** Folder of this engine, for its state, its sockets and its log. */
  readonly folder: string;
  /** Parent of its containers' control groups, by which they are found when they are to be ended. */
  readonly cgroup: string;
  /** What is put before each program, to start it elsewhere. @default [] - on this machine */
  readonly prefix?: readonly string[];
  /** Further arguments of dockerd. */
  readonly arguments: readonly string[];
}

const START_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 60_000;
const LOG_LINES = 3;

/**
 * A Docker engine of our own, with a containerd of its own as on a node: a person's engine is neither used nor noticed.
 * It makes no firewall rules, as dockerd would leave those behind; published ports are served by its docker-proxy.
 */
export class Engine {
  readonly socket: string;
  private readonly log: string;
  private readonly runtimeSocket: string;
  private runtime: Service | undefined;
  private daemon: Service | undefined;

  constructor(private readonly options: EngineOptions) {
    const { folder } = options;
    this.socket = path.join(folder, 'docker.sock');
    this.log = path.join(folder, 'dockerd.log');
    this.runtimeSocket = path.join(folder, 'containerd.sock');
  }

  /** Starts what does not run and resolves when the engine answers. */
  async start(): Promise<void> {
    const { shell, folder, prefix = [] } = this.options;
    mkdirSync(folder, { recursive: true });
    if (!this.runtime || this.runtime.hasEnded()) {
      this.runtime = this.spawn([...prefix, 'containerd', '--config', this.runtimeConfiguration()], 'containerd.log');
    }
    if (!this.daemon || this.daemon.hasEnded()) {
      // After a kill it would name a process that may be another's by now.
      rmSync(this.file('docker.pid'), { force: true });
      this.daemon = this.spawn([...prefix, 'dockerd', ...this.arguments()], 'dockerd.log');
    }
    const { daemon } = this;
    await waitUntil(
      `the engine in ${folder} answers`,
      START_TIMEOUT_MS,
      async () => {
        const answer = await shell.run(['docker', '--host', `unix://${this.socket}`, 'version']);
        if (answer.code !== 0 && daemon.hasEnded()) throw new Error(`dockerd ended${this.lastLines()}`);
        return answer.code === 0 || undefined;
      },
      () => this.lastLines(),
    );
  }

  /** Sends a signal to dockerd alone, whose containers go on, and resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { daemon } = this;
    if (!daemon || daemon.hasEnded()) return;
    process.kill(daemon.pid, signal);
    await waitUntil('dockerd is gone', END_TIMEOUT_MS, () => Promise.resolve(daemon.hasEnded() || undefined));
  }

  private spawn([program = '', ...args]: readonly string[], log: string): Service {
    return this.options.shell.startBeside([program, ...args], this.file(log));
  }

  private file(name: string): string {
    return path.join(this.options.folder, name);
  }

  private runtimeConfiguration(): string {
    const file = this.file('containerd.toml');
    writeFileSync(
      file,
      [
        'version = 2',
        `root = "${this.file('containerd/root')}"`,
        `state = "${this.file('containerd/state')}"`,
        'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
        '[grpc]',
        `  address = "${this.runtimeSocket}"`,
        '',
      ].join('\n'),
    );
    return file;
  }

  private arguments(): string[] {
    const configuration = this.file('daemon.json');
    // As on a node. An empty one would do, but never the person's own, which is the default.
    writeFileSync(configuration, '{ "log-driver": "local", "log-opts": { "max-size": "10m", "max-file": "3" } }\n');
    return [
      `--config-file=${configuration}`,
      `--data-root=${this.file('data')}`,
      `--exec-root=${this.file('exec')}`,
      `--pidfile=${this.file('docker.pid')}`,
      `--host=unix://${this.socket}`,
      `--containerd=${this.runtimeSocket}`,
      '--iptables=false',
      '--ip-forward=false',
      '--ip-masq=false',
      '--exec-opt=native.cgroupdriver=cgroupfs',
      `--cgroup-parent=${this.options.cgroup}`,
      ...this.options.arguments,
    ];
  }

  private lastLines(): string {
    return `; ${this.log} ends with: ${readFileSync(this.log, 'utf8').trim().split('\n').slice(-LOG_LINES).join(' | ')}`;
  }
}
