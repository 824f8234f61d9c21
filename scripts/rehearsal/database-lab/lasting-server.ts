import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type DatabaseOptions, startDatabase } from './database-server';
import type { DatabaseKind } from './programs';

/** A server that goes on after the command that started it. */
export interface LastingServer {
  readonly kind: DatabaseKind;
  readonly pid: number;
  /** URL of its schema. */
  readonly url: string;
  /** Folder that holds its data, and whose name its process has among its arguments. */
  readonly folder: string;
}

const SCHEMA = 'webshop';
const POLL_MS = 50;

/** The server of a checkout; undefined when none runs. */
export function lastingServer(root: string): LastingServer | undefined {
  if (!existsSync(fileOf(root))) return undefined;
  const server = JSON.parse(readFileSync(fileOf(root), 'utf8')) as LastingServer;
  return isRunning(server) ? server : undefined;
}

export async function startLastingServer(
  root: string,
  kind: DatabaseKind,
  options: DatabaseOptions,
): Promise<LastingServer> {
  const server = await startDatabase(kind, options);
  const url = await server.createSchema(SCHEMA);
  const folder = path.dirname(server.socket ?? '');
  const lasting = { kind, pid: server.pid ?? 0, url, folder };
  mkdirSync(path.dirname(fileOf(root)), { recursive: true });
  writeFileSync(fileOf(root), JSON.stringify(lasting));
  server.release();
  return lasting;
}

/** Ends it and removes its data. @returns whether there was one */
export async function endLastingServer(root: string): Promise<boolean> {
  const server = lastingServer(root);
  if (server) {
    process.kill(server.pid, 'SIGTERM');
    while (isRunning(server)) await delay(POLL_MS);
    rmSync(server.folder, { recursive: true, force: true });
  }
  rmSync(fileOf(root), { force: true });
  return server !== undefined;
}

/** Numbers of processes are given again, so a number alone is no proof. */
function isRunning({ pid, folder }: LastingServer): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

function fileOf(root: string): string {
  return path.join(root, '.slipway', 'database-lab.json');
}
