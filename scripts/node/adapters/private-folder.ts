import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A folder that only root can read and that is gone at the end, for the credentials of a registry. */
export interface PrivateFolder {
  readonly path: string;
  remove(): void;
}

/** In memory where there is such a place, so that a password never gets to the disk. */
const IN_MEMORY = '/dev/shm';

export function privateFolder(): PrivateFolder {
  const parent = fs.existsSync(IN_MEMORY) ? IN_MEMORY : os.tmpdir();
  const folder = fs.mkdtempSync(path.join(parent, 'slipway-'));
  return { path: folder, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}
