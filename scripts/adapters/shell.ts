import { spawn } from 'node:child_process';

/** A program with its arguments, as data: never a line for a shell to take apart. */
export type Command = readonly [program: string, ...args: string[]];

export interface RunOptions {
  /** Working directory. @default - the current one */
  readonly cwd?: string;
  /** Environment variables added to (or, with `undefined`, removed from) the shell's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text for standard input. @default - standard input is closed */
  readonly input?: string;
  /**
   * Gives the program the streams of this process, and its terminal, as they are: nothing of what it reads or writes is seen
   * here, and the result is without it. @default - nothing to read, and the result has what it wrote
   */
  readonly inherit?: boolean;
  /** Called with each complete line as it arrives, for progress. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Ends the program with SIGINT when aborted, so that it can release its locks. */
  readonly signal?: AbortSignal;
  /** Ends the program at once when aborted. */
  readonly kill?: AbortSignal;
  /** Whether the command changes something; a dry run prints those instead of running them. */
  readonly write: boolean;
}

export interface Result {
  /** Exit code; 127 when the program does not exist, 128 + signal number when it was ended by one. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Shell {
  /** Runs the command to its end. A non-zero exit is a result, not an exception. */
  run(command: Command, options: RunOptions): Promise<Result>;
}

export interface ProcessShellOptions {
  /** Base environment of every command. */
  readonly env: NodeJS.ProcessEnv;
  /** With a dry run, writing commands are handed to this function and answered with exit code 0. */
  readonly dryRun?: (command: Command) => void;
}

const NOT_FOUND = 127;
const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs commands as child processes; the only place of the project that does. */
export class ProcessShell implements Shell {
  constructor(private readonly options: ProcessShellOptions) {}

  run(command: Command, options: RunOptions): Promise<Result> {
    if (options.write && this.options.dryRun) {
      this.options.dryRun(command);
      return Promise.resolve({ code: 0, stdout: '', stderr: '' });
    }
    return new Promise(resolve => {
      const [program, ...args] = command;
      const child = spawn(program, args, {
        cwd: options.cwd,
        env: { ...this.options.env, ...options.env },
        stdio: options.inherit ? 'inherit' : [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        // A group of its own: Ctrl-C at the terminal must reach Terraform once, through `interrupt`. A second SIGINT
        // makes it exit at once and leave the state lock behind. What has the terminal must stay in its group.
        detached: !options.inherit,
      });
      const out = new LineCollector(line => options.onLine?.(line, 'stdout'));
      const err = new LineCollector(line => options.onLine?.(line, 'stderr'));
      child.stdout?.on('data', (chunk: Buffer) => out.add(chunk));
      child.stderr?.on('data', (chunk: Buffer) => err.add(chunk));
      // A program that ends without reading its input closes the pipe; its exit code says what happened.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input);
      const send = (name: NodeJS.Signals) => () => {
        if (child.pid !== undefined) process.kill(options.inherit ? child.pid : -child.pid, name);
      };
      const [interrupt, kill] = [send('SIGINT'), send('SIGKILL')];
      if (options.signal?.aborted) interrupt();
      options.signal?.addEventListener('abort', interrupt, { once: true });
      options.kill?.addEventListener('abort', kill, { once: true });
      const release = () => {
        options.signal?.removeEventListener('abort', interrupt);
        options.kill?.removeEventListener('abort', kill);
      };
      child.on('error', error => {
        release();
        resolve({ code: NOT_FOUND, stdout: '', stderr: error.message });
      });
      child.on('close', (code, signal) => {
        release();
        const ended = signal ? 128 + (SIGNALS[signal] ?? 0) : (code ?? 1);
        resolve({ code: ended, stdout: out.end(), stderr: err.end() });
      });
    });
  }
}

/** Keeps all output and hands on complete lines; decodes at the end of a line, so no character is cut. */
class LineCollector {
  private readonly chunks: Buffer[] = [];
  private pending = Buffer.alloc(0);

  constructor(private readonly onLine: (line: string) => void) {}

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    let rest = Buffer.concat([this.pending, chunk]);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      this.onLine(rest.subarray(0, end).toString('utf8'));
      rest = rest.subarray(end + 1);
    }
    this.pending = rest;
  }

  end(): string {
    if (this.pending.length > 0) this.onLine(this.pending.toString('utf8'));
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
