import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ProcessShell, type Result } from '../../scripts/adapters/shell';
import { freePort } from '../../scripts/rehearsal/emulated-aws';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import type { Attempt } from '../lanes/fixtures/ssh-attempts/attempt';
import { connected, ended, resultOf } from './client-process';
import { changesBetween, PASSWORD, setTraps, SHADOW_SECRET, stateOf, withPassword } from './node-traps';
import { makeKey, type SshServer } from './ssh-server';
import { WatchedService } from './watched-service';

export interface ClientOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** @default - the account of the node */
  readonly account?: string;
}

type Settings = Readonly<Record<string, string | readonly string[]>>;

const WAIT_MS = 20_000;
/** A file that is there when something ran that should not have. */
const MARK = 'tmp/mark';

/**
 * A node with traps, and what a client with a key can try on it. Whatever happens there beside the release program leaves a
 * trace, and `violations` makes an attempt and tells in what respects it was not refused.
 */
export class NodeUnderAttack {
  readonly destination: string;
  readonly port: number;
  /** A key that the node does not know. */
  readonly ownKey: string;
  /** A key that stands in the account's own file. */
  readonly plantedKey: string;
  /** Keys of which only the last one is right. */
  readonly keyBehindOthers: readonly string[];
  /** Where `service` listens beside its port. */
  readonly socket = '/tmp/service.sock';
  private readonly shell = new ProcessShell({ env: process.env });

  /** An open connection, over which most words are sent: a session of it is a session like any other. */
  private readonly open: readonly string[];
  private readonly master: ChildProcess;

  private constructor(
    private readonly server: SshServer,
    /** Runs on the node, for nobody who comes by SSH. */
    readonly service: WatchedService,
  ) {
    this.destination = server.destination;
    this.port = server.port;
    const key = (name: string) => path.join(server.folder, 'client', name);
    for (const name of ['own', 'second', 'third']) makeKey(key(name));
    this.ownKey = key('own');
    this.plantedKey = key('planted');
    this.keyBehindOthers = ['own', 'second', 'third', 'key'].map(key);
    setTraps(server, makeKey(this.plantedKey));
    this.open = ['-S', key('open')];
    this.master = this.start(['-N', '-M', ...this.open, this.destination]);
  }

  static async prepare(server: SshServer): Promise<NodeUnderAttack> {
    const service = await WatchedService.start('a-service-of-the-node', [path.join(server.folder, 'tmp/service.sock')]);
    const node = new NodeUnderAttack(server, service);
    await node.shareable(node.open);
    return node;
  }

  /** In what respects an attempt was not refused; empty when it was. */
  async violations({ run, code, says, never }: Attempt): Promise<string[]> {
    const before = stateOf(this.server);
    const { visits } = this.service;
    const result = await run(this);
    const said = `${result.stdout}\n${result.stderr}`;
    const changed = changesBetween(before, stateOf(this.server));
    fs.rmSync(path.join(this.server.folder, MARK), { force: true });
    return [
      ...(result.code === code ? [] : [`ended with ${result.code} instead of ${code}: ${said.trim()}`]),
      ...(says.test(said) ? [] : [`said instead of ${String(says)}: ${said.trim()}`]),
      ...(never?.test(said) === true ? [`said ${String(never)}: ${said.trim()}`] : []),
      ...[SHADOW_SECRET, this.service.greeting]
        .filter(secret => said.includes(secret))
        .map(secret => `showed ${secret}`),
      ...changed.map(file => `changed ${file}`),
      ...(this.service.visits === visits ? [] : ['reached the service']),
    ];
  }

  /** A place on the node, as scp takes it. */
  remote(file: string): string {
    return `${this.destination}:${file}`;
  }

  ssh(words?: string, client: ClientOptions = {}): Promise<Result> {
    return this.sshWith(this.open, words, client);
  }

  sshWith(options: readonly string[], words?: string, client: ClientOptions = {}): Promise<Result> {
    const { account = this.server.account } = client;
    const destination = `${account}@${this.server.host}`;
    return this.client('ssh', [...options, '--', destination, ...(words === undefined ? [] : [words])], client);
  }

  /** Asks for `version`, with other settings than those that let one in. */
  sshAs(settings: Settings): Promise<Result> {
    return this.run(['ssh', ...this.server.options(settings), this.destination, 'version']);
  }

  sshWithPassword(method: string): Promise<Result> {
    const script = path.join(this.server.folder, 'client', 'askpass');
    fs.writeFileSync(script, `#!/bin/sh\necho '${PASSWORD}'\n`, { mode: 0o755 });
    const settings = { BatchMode: 'no', NumberOfPasswordPrompts: '1', PreferredAuthentications: method };
    const command = ['ssh', ...this.server.options(settings), this.destination, 'version'] as const;
    return withPassword(this.server, () =>
      this.run(command, { env: { SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: 'force' } }),
    );
  }

  /** Runs ssh, scp or sftp with the options that let one in. */
  client(program: string, words: readonly string[], client: ClientOptions = {}): Promise<Result> {
    return this.run([program, ...this.server.options(), ...words], client);
  }

  /**
   * Has ssh listen on a port of this machine and connects to that.
   *
   * @param forward  the option, for that port
   * @param hello    what is sent first
   * @returns what came back as standard output, and what ssh said
   */
  async through(forward: (local: number) => readonly string[], hello?: Buffer): Promise<Result> {
    const local = await freePort();
    return this.beside(['-N', ...forward(local), this.destination], async () => {
      const socket = await waitUntil('ssh listens', WAIT_MS, () => connected(local));
      if (hello !== undefined) socket.write(hello);
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      return { code: 255, stdout: Buffer.concat(chunks).toString('latin1'), stderr: '' };
    });
  }

  /** Shares one connection with whatever `work` does with these options. */
  shared(work: (options: readonly string[]) => Promise<Result>): Promise<Result> {
    const options = ['-S', path.join(this.server.folder, 'client', 'shared')];
    return this.beside(['-N', '-M', ...options, this.destination], async () => {
      await this.shareable(options);
      return work(options);
    });
  }

  /** Has the release program wait for its input, and adds the names of the session's variables to what was said. */
  async held(settings: Settings): Promise<Result> {
    const child = spawn('ssh', [...this.server.options(settings), this.destination, 'apply']);
    const ended = resultOf(child);
    const session = await waitUntil('the release program runs', WAIT_MS, () => {
      const found = this.server.processes().find(({ command: [program] }) => program === 'sudo');
      return Promise.resolve(found);
    });
    child.stdin.end();
    const result = await ended;
    return { ...result, stdout: [result.stdout, ...session.env].join('\n') };
  }

  /** An agent of the client for as long as `work` takes. */
  async withAgent(work: (socket: string) => Promise<Result>): Promise<Result> {
    const socket = path.join(this.server.folder, 'client', 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    try {
      await waitUntil('the agent listens', WAIT_MS, () => Promise.resolve(fs.existsSync(socket) || undefined));
      return await work(socket);
    } finally {
      await ended(agent);
    }
  }

  /** Names of the programs that run on the node. */
  programs(): readonly string[] {
    return this.server.processes().map(({ command }) => command.join(' '));
  }

  async stop(): Promise<void> {
    await ended(this.master);
    await this.server.stop();
    await this.service.stop();
  }

  private run(command: readonly [string, ...string[]], { env, input }: ClientOptions = {}): Promise<Result> {
    return this.shell.run(command, { write: false, ...(env && { env }), ...(input !== undefined && { input }) });
  }

  private start(words: readonly string[]): ChildProcess {
    return spawn('ssh', [...this.server.options(), ...words]);
  }

  private async shareable(options: readonly string[]): Promise<void> {
    await waitUntil('the connection can be shared', WAIT_MS, async () => {
      const { code } = await this.client('ssh', [...options, '-O', 'check', this.destination]);
      return code === 0 || undefined;
    });
  }

  /** Runs ssh in the background while `work` goes on, and adds what it said. */
  private async beside(words: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const child = this.start(words);
    const background = resultOf(child);
    const result = await work().finally(() => ended(child));
    return { ...result, stderr: `${result.stderr}\n${(await background).stderr}` };
  }
}
