import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { ReleaseRun } from '../release/release-run';

/** Keeps the one run that may be under way in a checkout, in `.slipway/run.json`. */
export class RunFile {
  private readonly folder: string;
  private readonly file: string;
  private readonly lock: string;

  constructor(root: string) {
    this.folder = join(root, '.slipway');
    this.file = join(this.folder, 'run.json');
    this.lock = join(this.folder, 'run.lock');
  }

  /** The run under way; undefined when there is none. */
  async read(): Promise<ReleaseRun | undefined> {
    try {
      return JSON.parse(await readFile(this.file, 'utf8')) as ReleaseRun;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Writes the run so that a crash, also of the machine, leaves either the old or the new one. */
  async write(run: ReleaseRun): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const fresh = `${this.file}.new`;
    const handle = await open(fresh, 'w');
    await handle.writeFile(`${JSON.stringify(run, null, 2)}\n`);
    await handle.sync();
    await handle.close();
    await rename(fresh, this.file);
  }

  async remove(): Promise<void> {
    await rm(this.file, { force: true });
  }

  /**
   * Does the work while no other process of this machine does any in this checkout.
   *
   * @throws SlipwayError with exit code 3 when one does
   */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true });
    const handle = await this.take();
    await handle.writeFile(String(process.pid));
    await handle.close();
    try {
      return await work();
    } finally {
      await rm(this.lock, { force: true });
    }
  }

  private async take(): Promise<FileHandle> {
    for (;;) {
      try {
        return await open(this.lock, 'wx');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number(await readFile(this.lock, 'utf8').catch(() => ''));
      if (isAlive(owner)) {
        throw new SlipwayError(
          `process ${owner} is releasing from this checkout; wait for it, or stop it`,
          ExitCode.Locked,
        );
      }
      // It was killed, and cannot have tidied up.
      await rm(this.lock, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
