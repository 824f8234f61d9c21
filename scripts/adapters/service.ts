import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Command } from './shell';

/** A program that runs beside us until it is stopped. */
export interface Service {
  readonly pid: number;
  /** Resolves with the exit code when the program has ended, by itself or by `stop`. */
  readonly ended: Promise<number>;
  /** Whether the program has ended. */
  hasEnded(): boolean;
  /** Asks the program to end, insists after five seconds, and resolves when it is gone. */
  stop(): Promise<void>;
  /** Lets the program outlive this process. */
  release(): void;
}

const INSIST_AFTER_MS = 5_000;

/**
 * Starts a program in a process group of its own, so that it can be stopped whole.
 *
 * @param logFile  receives standard output and error
 */
export function startService(command: Command, env: NodeJS.ProcessEnv, logFile: string): Service {
  const [program, ...args] = command;
  const log = openSync(logFile, 'a');
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let gone = false;
  const ended = new Promise<number>(resolve => {
    child.once('error', () => resolve(127));
    child.once('exit', code => resolve(code ?? 1));
  }).then(code => {
    gone = true;
    return code;
  });
  const signal = (name: NodeJS.Signals) => {
    if (!gone && child.pid !== undefined) process.kill(-child.pid, name);
  };
  return {
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => gone,
    stop: async () => {
      signal('SIGTERM');
      const insist = setTimeout(() => signal('SIGKILL'), INSIST_AFTER_MS);
      await ended;
      clearTimeout(insist);
    },
    release: () => child.unref(),
  };
}
