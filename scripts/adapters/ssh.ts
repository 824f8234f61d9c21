import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { SlipwayError } from '../domain/slipway-error';
import { connectionLost } from '../domain/ssh/connection-lost';
import { knownHosts, sshArguments, type SshTarget } from '../domain/ssh/ssh-arguments';
import { sshFailure } from '../domain/ssh/ssh-failure';
import type { Command, Result, RunOptions, Shell } from './shell';

/**
 * From here on an exit code is not the program's own: a signal has ended it, or ssh, whose own code is 255 when the connection
 * and not the command failed.
 */
const SIGNALLED = 128;
/** What OpenSSH notes when the node has let it in. */
const AUTHENTICATED = /^Authenticated to /m;
/** What it notes in detail when the program on the node has ended, whatever its exit code; a connection that is cut has none. */
const ENDED = /^debug1: client_input_channel_req: channel \d+ rtype exit-status/m;
const DETAILS = /^debug1: .*\n?/gm;
const LAST_WORDS = 4_000;

/** The restricted account of a node: it runs the words of the release program, and forwards to the port of the database. */
export class Ssh {
  private readonly folder = mkdtempSync(join(tmpdir(), 'slipway-ssh-'));
  private readonly knownHosts = join(this.folder, 'known_hosts');
  private readonly log = join(this.folder, 'log');

  constructor(
    private readonly target: SshTarget,
    private readonly env: Readonly<NodeJS.ProcessEnv>,
  ) {
    writeFileSync(this.knownHosts, knownHosts(target), { mode: 0o600 });
  }

  /**
   * Runs words on the node. The program's exit code is a result; that there was no connection, or that it was lost, is not.
   *
   * @throws SlipwayError that says why there is no connection (exit code 2), or that it was lost on the way
   */
  async run(shell: Shell, words: readonly string[], options: RunOptions): Promise<Result> {
    const result = await shell.run(this.command(words), options);
    if (result.code < SIGNALLED) return result;
    const { said } = this;
    if (AUTHENTICATED.test(said)) throw connectionLost(this.target.name, words, options.write);
    throw new SlipwayError(sshFailure(this.target, `${said}${result.stderr}`));
  }

  /**
   * Runs words on the node with the streams of this process, e.g. a command in a task.
   *
   * @returns the exit code, whatever it is: 255 as well, when it was not the connection that ended
   * @throws SlipwayError that says why there is no connection (exit code 2), or that it was lost on the way
   */
  async stream(shell: Shell, words: readonly string[], signal: AbortSignal): Promise<number> {
    const { code, stderr } = await shell.run(this.command(words, 'DEBUG1'), { write: true, inherit: true, signal });
    const { said } = this;
    if (code < SIGNALLED || ENDED.test(said)) return code;
    if (AUTHENTICATED.test(said)) throw connectionLost(this.target.name, words, true);
    throw new SlipwayError(sshFailure(this.target, `${said.replace(DETAILS, '')}${stderr}`));
  }

  /** What ssh itself says goes into a file of its own, so that the program cannot be taken for it. */
  private command(words: readonly string[], level = 'VERBOSE'): Command {
    const own = ['-T', '-E', this.log, '-o', `LogLevel=${level}`];
    return ['ssh', ...sshArguments(this.target, this.knownHosts, ...own), ...words];
  }

  private get said(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
  }

  /**
   * A connection from the node to a port that it may forward to, as a stream: no port is opened on this machine. What the
   * node refuses ends the stream with an error that says why.
   */
  forward(host: string, port: number): Duplex {
    const child = spawn('ssh', sshArguments(this.target, this.knownHosts, '-W', `${host}:${port}`), {
      env: this.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C at the terminal is for us, who end the statement in flight before the connection.
      detached: true,
    });
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said = `${said}${text.toString('utf8')}`.slice(-LAST_WORDS)));
    child.stdin.on('error', () => undefined);
    child.on('error', error => stream.destroy(new SlipwayError(`ssh cannot be started: ${error.message}; install it`)));
    child.on('close', code => {
      if (code !== 0 && !stream.destroyed) stream.destroy(new SlipwayError(sshFailure(this.target, said)));
    });
    stream.on('close', () => child.kill());
    return stream;
  }

  /** Removes its files. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
