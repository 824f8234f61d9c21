import { spawn } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Command } from '../../adapters/shell';
import { NO_MORE_CERTIFICATES } from '../programs';

/** What a program took. */
export interface ProcessRun {
  readonly milliseconds: number;
  /** Milliseconds until it said its first word; NaN when it said none. */
  readonly firstWord: number;
  /** Highest resident memory in MB, as the kernel counted it for the program itself. */
  readonly memory: number;
  /** The last line that it said when it failed; undefined when it ended well. */
  readonly failure: string | undefined;
}

export interface ProcessRunOptions {
  /** Variables added to the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** File for standard input. @default - none */
  readonly input?: string;
}

/** The kernel keeps the maximum, so a reading in the last moments misses nothing but those moments. */
const READ_EVERY_MS = 10;
const LONGEST_REASON = 160;

/** Runs a program to its end and measures it. */
export function measure(command: Command, { env, input }: ProcessRunOptions = {}): Promise<ProcessRun> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const begin = performance.now();
    const child = spawn(program, args, {
      env: { ...process.env, ...NO_MORE_CERTIFICATES, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let memory = 0;
    const reading = setInterval(() => {
      memory = Math.max(memory, peakMemoryOf(child.pid));
    }, READ_EVERY_MS);
    if (input !== undefined && child.stdin) {
      // A client that gives up closes its input; what it says tells why.
      child.stdin.on('error', () => undefined);
      createReadStream(input, { highWaterMark: 1 << 20 }).pipe(child.stdin);
    }
    let said = '';
    let firstWord = Number.NaN;
    const keep = (text: Buffer) => {
      if (Number.isNaN(firstWord)) firstWord = performance.now() - begin;
      said = `${said}${text.toString('utf8')}`.slice(-4_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('error', reject);
    child.once('close', code => {
      clearInterval(reading);
      const milliseconds = performance.now() - begin;
      resolve({ milliseconds, firstWord, memory, failure: code === 0 ? undefined : reasonOf(said, code) });
    });
  });
}

function reasonOf(said: string, code: number | null): string {
  const lines = said.split('\n').filter(line => line.trim() !== '' && !/^\s+at /.test(line));
  const reason = lines.findLast(line => /error|fail|packet|denied/i.test(line)) ?? lines.at(-1) ?? '';
  return `exit code ${String(code)}: ${reason.trim().slice(0, LONGEST_REASON)}`;
}

function peakMemoryOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
