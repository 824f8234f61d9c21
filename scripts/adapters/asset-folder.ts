import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AssetFile } from '../domain/assets/asset-file';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';

/**
 * All files below a folder, with their checksums.
 *
 * @throws SlipwayError for a link, which could lead out of the folder to a file that is nobody's business
 */
export async function assetFiles(folder: string): Promise<AssetFile[]> {
  const files: AssetFile[] = [];
  for (const entry of await entriesOf(folder)) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).split(path.sep).join('/');
    if (entry.isDirectory()) continue;
    if (!entry.isFile()) {
      throw new SlipwayError(`asset ${name} is no plain file; put the file itself there`, ExitCode.BuildFailed);
    }
    files.push({ path: name, file, bytes: (await stat(file)).size, sha256: await sha256Of(file) });
  }
  return files.sort((left, right) => (left.path < right.path ? -1 : 1));
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new SlipwayError(`the folder of the assets cannot be read: ${(error as Error).message}; build it first`);
  }
}

/** Checksum of a file's content, 64 hexadecimal digits. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
