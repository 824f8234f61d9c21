import { type ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';
import { buildSync } from 'esbuild';
import type { Release } from '../../scripts/domain/release/release';

export interface Deployed {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Result for people, or JSON lines. */
  readonly stdout: string;
  /** The log. */
  readonly stderr: string;
  readonly seconds: number;
}

/** A run of the program that goes on. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Deployed>;
  /** Resolves when the log has a line that matches; rejects when the run ends without one. */
  said(pattern: RegExp): Promise<void>;
}

/** The release program as a node has it, bundled, and called as sshd's forced command calls it. */
export class DeployProgram {
  private readonly file: string;

  constructor(
    folder: string,
    private readonly env: NodeJS.ProcessEnv,
    /** Command that starts the program, in other surroundings. */
    private readonly prefix: readonly string[] = [],
  ) {
    this.file = path.join(folder, 'deploy.cjs');
    const entryPoints = [path.resolve(__dirname, '..', '..', 'scripts', 'node', 'main.ts')];
    buildSync({ entryPoints, outfile: this.file, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
  }

  /** Hands a release to `apply`. */
  apply(release: Release, words = 'apply'): Promise<Deployed> {
    return this.run(words, JSON.stringify(release));
  }

  run(words: string, input = ''): Promise<Deployed> {
    return this.start(words, input).ended;
  }

  start(words: string, input = ''): Running {
    const began = Date.now();
    const [program, ...args] = [...this.prefix, process.execPath, this.file];
    const child = spawn(program, args, {
      env: { ...this.env, SSH_ORIGINAL_COMMAND: words },
      detached: true,
    });
    let [stdout, stderr] = ['', ''];
    const listeners = new Set<() => void>();
    child.stdout.on('data', chunk => (stdout += String(chunk)));
    child.stderr.on('data', chunk => {
      stderr += String(chunk);
      for (const listener of listeners) listener();
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const ended = new Promise<Deployed>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve({ code, signal, stdout, stderr, seconds: (Date.now() - began) / 1000 }),
      );
    });
    const said = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!pattern.test(stderr)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`never said ${pattern.source}:\n${stderr}`)));
      });
    return { process: child, ended, said };
  }
}
