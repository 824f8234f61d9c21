import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
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
  private logs = 0;

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
    const log = this.newLog();
    const result = await shell.run(this.command(words, log), options);
    if (result.code < SIGNALLED) return result;
    const said = textOf(log);
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
    const log = this.newLog();
    const command = this.command(words, log, 'DEBUG1');
    const { code, stderr } = await shell.run(command, { write: true, inherit: true, signal });
    const said = textOf(log);
    if (code < SIGNALLED || ENDED.test(said)) return code;
    if (AUTHENTICATED.test(said)) throw connectionLost(this.target.name, words, true);
    throw new SlipwayError(sshFailure(this.target, `${said.replace(DETAILS, '')}${stderr}`));
  }

  /**
   * What ssh itself says goes into a file, so that the program cannot be taken for it; into one of each run, so that no run is taken for
   * another, which was let in.
   */
  private newLog(): string {
    return join(this.folder, `log-${(this.logs += 1)}`);
  }

  private command(words: readonly string[], log: string, level = 'VERBOSE'): Command {
    const own = ['-T', '-E', log, '-o', `LogLevel=${level}`];
    return ['ssh', ...sshArguments(this.target, this.knownHosts, ...own), ...words];
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
    // Not the pipes of the program themselves: the stream would end with a reason of its own as soon as one of them is closed,
    // before ssh has said why.
    const [readable, writable] = [new PassThrough(), new PassThrough()];
    const stream = Duplex.from({ readable, writable });
    child.stdout.pipe(readable, { end: false });
    writable.pipe(child.stdin);
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said = `${said}${text.toString('utf8')}`.slice(-LAST_WORDS)));
    child.stdin.on('error', () => undefined);
    child.on('error', error => stream.destroy(new SlipwayError(`ssh cannot be started: ${error.message}; install it`)));
    child.on('close', code => {
      if (code === 0) readable.end();
      else stream.destroy(new SlipwayError(sshFailure(this.target, said)));
    });
    // It has nothing to tidy up, and misses a gentler signal that comes just before it waits: it would stay, and we with it.
    stream.on('close', () => child.kill('SIGKILL'));
    return stream;
  }

  /** Removes its files. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
