import { spawn } from 'node:child_process';
import path from 'node:path';

const CLI = path.join(__dirname, '..', '..', 'scripts', 'slipway.cjs');

/** A run of the real `slipway migrate`, in a process of its own, which may be killed or stopped on its way. */
export interface RunnerProcess {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  /** Resolves when it has said this on standard error, or has ended. */
  hasSaid(words: RegExp): Promise<void>;
  readonly ended: Promise<RunnerEnd>;
}

export interface RunnerEnd {
  /** Exit code; undefined when a signal ended the process. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * @param root  folder whose `migrations` are run
 * @param url  database, which a password in it keeps from being an argument
 * @param args  what follows `slipway migrate`
 */
export function startRunner(root: string, url: string, args: readonly string[]): RunnerProcess {
  const child = spawn('node', [CLI, 'migrate', ...args], {
    env: { ...process.env, SLIPWAY_ROOT: root, SLIPWAY_DATABASE_URL: url, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (said.stdout += text.toString('utf8')));
  child.stderr.on('data', (text: Buffer) => (said.stderr += text.toString('utf8')));
  const ended = new Promise<RunnerEnd>(resolve => {
    child.once('close', code => resolve({ code: code ?? undefined, ...said }));
  });
  const hasSaid = (words: RegExp) =>
    new Promise<void>(resolve => {
      const look = () => {
        if (words.test(said.stderr)) resolve();
      };
      child.stderr.on('data', look);
      child.once('close', () => resolve());
      look();
    });
  return { pid: child.pid ?? 0, signal: name => child.kill(name), hasSaid, ended };
}

/** All that a run has said, for the message of a failed expectation. */
export function wordsOf({ code, stdout, stderr }: RunnerEnd): string {
  return `exit code ${String(code)}\n${stdout}\n${stderr}`;
}
