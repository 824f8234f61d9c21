import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { renderUserData } from '../../constructs/swarm-node/user-data';
import { freePort } from '../../scripts/rehearsal/emulated-aws';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import { type LanePart, requireParts } from './lane';
import { minimalUserData, readCloudConfig } from './user-data-options';

const PARTS: readonly LanePart[] = [
  { program: 'sshd', install: 'sudo apt-get install openssh-server' },
  { program: 'ssh', install: 'sudo apt-get install openssh-client' },
  { program: 'sudo', install: 'apt-get install sudo' },
  { program: 'useradd', install: 'sudo apt-get install passwd' },
  { program: 'unshare', install: 'sudo apt-get install util-linux' },
];
/** No program has such a name, so it counts as missing. */
const ROOT_RIGHTS: LanePart = { program: 'the right to mount folders', install: 'sudo npm run test:lanes' };

/** The lane of tests that need a real sshd; they run as root. */
export const SSH_LANE = requireParts(process.getuid?.() === 0 ? PARTS : [...PARTS, ROOT_RIGHTS]);

const START_MS = 20_000;
const SCRIPT = path.join(__dirname, 'ssh-server.sh');
const PROGRAM = '/usr/local/bin/deploy';

/** Gives a file of the node another content. */
export type Weaken = (target: string, content: string) => string;

export interface SshServerOptions {
  /** Text of the program that the account may run, with its `#!` line. */
  readonly program: string;
  /** Settings of the release program. @default - those of the user data */
  readonly nodeSettings?: string;
  /** Port that a key may be forwarded to. @default - none */
  readonly forwardPort?: number;
  /** Folders in /tmp that the program needs. Everything else in /tmp is hidden from it. */
  readonly visible?: readonly string[];
  /** Changes a file of the node, to see what a weaker one lets through. @default - as it is */
  readonly weaken?: Weaken;
}

export interface NodeProcess {
  /** As this machine numbers it. */
  readonly pid: number;
  readonly command: readonly string[];
  /** `NAME=value` */
  readonly env: readonly string[];
}

/**
 * A node's sshd on this machine: Debian's sshd and sudo with the files that the user data brings, at the paths where they are on
 * a node. It has mounts of its own with copies of whatever it could change, so the machine is left as it was.
 */
export class SshServer {
  /** Address of the account, as ssh takes it. */
  readonly destination: string;
  readonly host = '127.0.0.1';
  /** File of the private key that the node accepts. */
  readonly identity: string;
  /** The half of it that the node has. */
  readonly publicKey: string;
  /** File with the node's host key. */
  readonly knownHosts: string;

  private constructor(
    /** Holds what the node has at /etc, /home, /tmp and so on, as `etc`, `home`, `tmp`. */
    readonly folder: string,
    readonly port: number,
    private readonly process: ChildProcess,
    readonly account: string,
  ) {
    this.destination = `${account}@${this.host}`;
    this.identity = path.join(folder, 'client', 'key');
    this.publicKey = readLine(`${this.identity}.pub`);
    this.knownHosts = path.join(folder, 'client', 'known_hosts');
  }

  static async start(options: SshServerOptions): Promise<SshServer> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slipway-ssh-'));
    fs.chmodSync(folder, 0o755);
    fs.mkdirSync(path.join(folder, 'client'));
    const account = writeNode(folder, makeKey(path.join(folder, 'client', 'key')), options);
    const port = await freePort();
    const log = fs.openSync(path.join(folder, 'sshd.log'), 'a');
    const child = spawn('unshare', ['--mount', SCRIPT, folder, `${port}`, ...(options.visible ?? [])], {
      stdio: ['pipe', log, log],
    });
    fs.closeSync(log);
    const server = new SshServer(folder, port, child, account);
    await server.ready();
    return server;
  }

  /** What sshd has said. */
  get log(): string {
    return fs.readFileSync(path.join(this.folder, 'sshd.log'), 'utf8');
  }

  /**
   * Options by which ssh, scp and sftp find this node, trust it, and show the key that it accepts; and none of the person's.
   *
   * @param settings  others than these, as in ssh_config
   */
  options(settings: Readonly<Record<string, string | readonly string[]>> = {}): readonly string[] {
    const all = {
      Port: `${this.port}`,
      UserKnownHostsFile: this.knownHosts,
      GlobalKnownHostsFile: '/dev/null',
      StrictHostKeyChecking: 'yes',
      IdentityFile: this.identity,
      IdentitiesOnly: 'yes',
      IdentityAgent: 'none',
      BatchMode: 'yes',
      ...settings,
    };
    const pairs = Object.entries(all).flatMap(([name, value]) => [value].flat().map(one => `${name}=${one}`));
    return ['-F', '/dev/null', ...pairs.flatMap(pair => ['-o', pair])];
  }

  /** Programs that run on the node now, with the variables that they were started with. */
  processes(): readonly NodeProcess[] {
    const mountsOf = (pid: string) => fs.readlinkSync(`/proc/${pid}/ns/mnt`);
    const own = mountsOf(`${this.process.pid ?? 0}`);
    return fs.readdirSync('/proc').flatMap(pid => {
      if (!/^\d+$/.test(pid)) return [];
      try {
        if (mountsOf(pid) !== own) return [];
        const words = (file: string) => fs.readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter(Boolean);
        return [{ pid: Number(pid), command: words('cmdline'), env: words('environ') }];
      } catch {
        // It has just ended.
        return [];
      }
    });
  }

  /** Ends it with everything that was started through it, and removes its files. */
  async stop(): Promise<void> {
    const ended = new Promise<void>(resolve => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) resolve();
      else this.process.once('exit', () => resolve());
    });
    this.process.stdin?.end();
    await ended;
    fs.rmSync(this.folder, { recursive: true });
  }

  private async ready(): Promise<void> {
    const log = () => `:\n${this.log}`;
    const listens = () => {
      if (this.process.exitCode !== null) throw new Error(`the ssh server did not start${log()}`);
      return Promise.resolve(this.log.includes(`listening on ${this.host}`) || undefined);
    };
    await waitUntil('sshd listens', START_MS, listens, log);
    const [kind = '', key = ''] = this.hostKey().split(' ');
    fs.writeFileSync(this.knownHosts, `[${this.host}]:${this.port} ${kind} ${key}\n`);
  }

  /** The host key, as the node publishes it. */
  hostKey(): string {
    return readLine(path.join(this.folder, 'etc/ssh/ssh_host_ed25519_key.pub'));
  }
}

/** Makes a key pair and returns its public half. */
export function makeKey(file: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lane', '-f', file]);
  return readLine(`${file}.pub`);
}

/** Writes the files of a node as the user data says, and returns the name of the account. */
function writeNode(folder: string, publicKey: string, options: SshServerOptions): string {
  const { program, nodeSettings, forwardPort, weaken = asItIs } = options;
  const config = readCloudConfig(
    renderUserData({
      ...minimalUserData,
      deployKeys: [publicKey],
      ...(forwardPort !== undefined && { forwardPort }),
    }),
  );
  const files = config.write_files.filter(file => /^\/etc\/(ssh|sudoers\.d|slipway)\//.test(file.path));
  for (const { path: target, content, permissions } of files) {
    const text = target === '/etc/slipway/node.json' ? (nodeSettings ?? content) : content;
    write(path.join(folder, 'node', target), weaken(target, text), Number.parseInt(permissions, 8));
  }
  write(path.join(folder, 'node', PROGRAM), program, 0o755);
  const [user = {}] = config.users;
  write(
    path.join(folder, 'account'),
    ['name', 'passwd', 'shell'].map(field => `${String(user[field])}\n`).join(''),
    0o644,
  );
  return String(user['name']);
}

function write(file: string, content: string, mode: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  fs.chmodSync(file, mode);
}

function asItIs(_target: string, content: string): string {
  return content;
}

function readLine(file: string): string {
  return fs.readFileSync(file, 'utf8').trim();
}
