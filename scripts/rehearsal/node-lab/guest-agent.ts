import { type Socket, createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command, Result } from '../../adapters/shell';

export interface GuestRunOptions {
  /** Text for standard input. @default - none */
  readonly input?: string;
  /** How long the command may take before the call fails; it goes on in the machine. @default 60 */
  readonly timeoutSeconds?: number;
}

interface ExecStatus {
  readonly exited: boolean;
  readonly exitcode?: number;
  readonly signal?: number;
  readonly 'out-data'?: string;
  readonly 'err-data'?: string;
}

/** The agent answers in milliseconds; a machine that is busy or restarts does not, and is asked again. */
const ANSWER_TIMEOUT_MS = 20_000;
const POLL_MS = 250;
/** What a shell of root has; and systemd, which gives its clients 25 s, is waited for as long as an emulated machine may need. */
const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'SYSTEMD_BUS_TIMEOUT=300',
];

/**
 * Runs commands as root in a virtual machine, through QEMU's guest agent: a way in that needs no network and no account, so
 * that a test can look at a machine which lets nobody in. See https://www.qemu.org/docs/master/interop/qemu-ga-ref.html.
 */
export class GuestAgent {
  /** @param socketPath  where QEMU listens for the host's side of the channel */
  constructor(private readonly socketPath: string) {}

  /** Resolves when the agent answers. */
  async ready(signal: AbortSignal): Promise<void> {
    while (!(await this.answers())) await delay(POLL_MS, undefined, { signal });
  }

  /** Whether the agent answers now. */
  async answers(): Promise<boolean> {
    try {
      await this.ask('guest-ping', {});
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Runs a command to its end. A non-zero exit is a result, not an exception.
   *
   * @throws Error when the machine does not answer, or the command has not ended in time
   */
  async run(command: Command, options: GuestRunOptions = {}): Promise<Result> {
    const [program, ...args] = command;
    const { pid } = await this.ask<{ pid: number }>('guest-exec', {
      path: program,
      arg: args,
      env: ENVIRONMENT,
      'capture-output': true,
      ...(options.input !== undefined && { 'input-data': Buffer.from(options.input).toString('base64') }),
    });
    const seconds = options.timeoutSeconds ?? 60;
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const status = await this.ask<ExecStatus>('guest-exec-status', { pid });
      if (status.exited) return resultOf(status);
      if (Date.now() > deadline) throw new Error(`in the machine, ${command.join(' ')} still runs after ${seconds} s`);
      await delay(POLL_MS);
    }
  }

  /** One question on a connection of its own: what an earlier, unanswered one left in the channel is thrown away first. */
  private async ask<Answer>(execute: string, args: object): Promise<Answer> {
    const socket = createConnection(this.socketPath);
    try {
      const lines = new LineReader(socket);
      const id = Math.floor(Math.random() * 1_000_000_000);
      socket.write(`${JSON.stringify({ execute: 'guest-sync', arguments: { id } })}\n`);
      while ((await lines.next<number>()).return !== id);
      socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
      const answer = await lines.next<Answer>();
      if (answer.return === undefined) throw new Error(`${execute}: ${answer.error?.desc ?? 'no answer'}`);
      return answer.return;
    } finally {
      socket.destroy();
    }
  }
}

interface Reply<Answer> {
  readonly return?: Answer;
  readonly error?: { readonly desc: string };
}

/** Answers of the agent, one a line. */
class LineReader {
  private pending = '';
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  constructor(socket: Socket) {
    const fail = (message: string) => {
      this.failure ??= new Error(message);
      this.wake();
    };
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => fail('the machine does not answer'));
    socket.on('error', error => fail(error.message));
    socket.on('close', () => fail('the machine has ended'));
    socket.on('data', (text: string) => {
      this.pending += text;
      this.wake();
    });
  }

  async next<Answer>(): Promise<Reply<Answer>> {
    for (;;) {
      const end = this.pending.indexOf('\n');
      if (end >= 0) {
        const line = this.pending.slice(0, end);
        this.pending = this.pending.slice(end + 1);
        return JSON.parse(line) as Reply<Answer>;
      }
      if (this.failure) throw this.failure;
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
  }
}

function resultOf(status: ExecStatus): Result {
  const text = (data = '') => Buffer.from(data, 'base64').toString('utf8');
  return {
    code: status.exitcode ?? 128 + (status.signal ?? 0),
    stdout: text(status['out-data']),
    stderr: text(status['err-data']),
  };
}
