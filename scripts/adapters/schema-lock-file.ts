import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_FILE, parseLock, type SchemaLock } from '../domain/migration/fingerprint-lock';

/** The lock of a folder of migrations; undefined when there is none. */
export function readSchemaLock(folder: string): SchemaLock | undefined {
  const path = join(folder, LOCK_FILE);
  return existsSync(path) ? parseLock(readFileSync(path, 'utf8')) : undefined;
}

export function writeSchemaLock(folder: string, text: string): void {
  writeFileSync(join(folder, LOCK_FILE), text);
}
