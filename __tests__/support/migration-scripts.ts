import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A migration with its rollback, as text. */
export interface Script {
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

/** A folder of migrations (1), (2), ... */
export function folderOf(root: string, ...scripts: readonly Script[]): string {
  const folder = mkdtempSync(path.join(root, 'migrations-'));
  scripts.forEach(({ name, up: forward, down }, index) => {
    writeFileSync(path.join(folder, `(${index + 1}) ${name}.sql`), forward);
    writeFileSync(path.join(folder, `(${index + 1}) ${name}.rollback.sql`), down);
  });
  return folder;
}
