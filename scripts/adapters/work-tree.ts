import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '../domain/slipway-error';

/** Files of a checkout, as they lie on disk. */
export class WorkTree {
  constructor(private readonly folder: string) {}

  /** @throws SlipwayError when there is no such file */
  async read(file: string): Promise<string> {
    try {
      return await readFile(join(this.folder, file), 'utf8');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      throw new SlipwayError(`${file} cannot be read in ${this.folder} (${code}); correct the path`, undefined, {
        cause: error,
      });
    }
  }

  /** Replaces a file as a whole, with its mode: an interrupted run leaves the old one. */
  async replace(file: string, text: string): Promise<void> {
    const target = join(this.folder, file);
    const fresh = `${target}.${process.pid}.new`;
    const { mode } = await stat(target);
    await writeFile(fresh, text);
    await chmod(fresh, mode);
    await rename(fresh, target);
  }
}
