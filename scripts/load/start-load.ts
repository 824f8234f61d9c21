import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { SlipwayError } from '../domain/slipway-error';
import { checkLoad, type LoadOptions } from './load-options';
import type { LoadOrder } from './load-process';
import type { LoadResult } from './load-record';

/** A load that goes on in a process of its own until it is stopped, or has sent all that was asked for. */
export interface Load {
  readonly pid: number;
  /** The books as they stand. */
  current(): Promise<LoadResult>;
  /** Sends nothing more, waits for the answers of what was sent, ends the process and returns the books. */
  stop(): Promise<LoadResult>;
}

type Task = LoadOrder extends infer Each ? (Each extends LoadOrder ? Omit<Each, 'id'> : never) : never;

/**
 * Starts to send requests to a server of this machine.
 *
 *     const load = await startLoad(root, { url: 'https://127.0.0.1:8443', host: 'example.org', rate: 60 });
 *     ...
 *     const { requests, failed, reasons } = await load.stop();
 *
 * @param root  folder of this project
 * @throws SlipwayError for options that are not allowed
 */
export async function startLoad(root: string, options: LoadOptions): Promise<Load> {
  const plan = checkLoad(options);
  const child = spawn(process.execPath, ['--eval', program(root)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const office = new Office(child);
  await office.ask({ order: 'start', plan });
  let last: Promise<LoadResult> | undefined;
  const end = async () => {
    const result = await office.ask({ order: 'stop' });
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    return result;
  };
  return {
    pid: child.pid ?? 0,
    current: () => last ?? office.ask({ order: 'current' }),
    stop: () => (last ??= end()),
  };
}

/** The sources in one file; they are not a part of the tool's bundle, as they are another process. */
function program(root: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(root, 'scripts', 'load', 'load-process.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** Questions to the process and its answers. */
class Office {
  private readonly waiting = new Map<
    number,
    { resolve: (result: LoadResult) => void; reject: (error: Error) => void }
  >();
  private asked = 0;
  private ended: SlipwayError | undefined;

  constructor(private readonly child: ChildProcess) {
    child.on('message', message => {
      const { id, result } = message as { id: number; result: LoadResult };
      this.waiting.get(id)?.resolve(result);
      this.waiting.delete(id);
    });
    child.once('exit', (code, signal) => {
      this.ended = new SlipwayError(`the process that sends the load ended with ${String(code ?? signal)}`);
      for (const { reject } of this.waiting.values()) reject(this.ended);
      this.waiting.clear();
    });
  }

  ask(task: Task): Promise<LoadResult> {
    if (this.ended) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      const id = ++this.asked;
      this.waiting.set(id, { resolve, reject });
      // It cannot be sent to a process that has just ended, which is told of above.
      this.child.send({ ...task, id }, () => undefined);
    });
  }
}
