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
const NAME = /^slipway-deploy-(\d+)-/;

/** Makes the folder, and removes those of processes that were killed. */
export function privateFolder(parent = fs.existsSync(IN_MEMORY) ? IN_MEMORY : os.tmpdir()): PrivateFolder {
  const remove = (folder: string) => fs.rmSync(folder, { recursive: true, force: true });
  for (const name of fs.readdirSync(parent)) {
    const pid = NAME.exec(name)?.[1];
    if (pid !== undefined && !fs.existsSync(`/proc/${pid}`)) remove(path.join(parent, name));
  }
  const folder = fs.mkdtempSync(path.join(parent, `slipway-deploy-${process.pid}-`));
  return { path: folder, remove: () => remove(folder) };
}
