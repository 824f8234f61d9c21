import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Who works in a lab's folder, so that a later lab can tell a living one from one whose test was killed. */
interface Owner {
  readonly pid: number;
  /** Start of that process in clock ticks since boot: a pid alone may be another's by now. */
  readonly started: string;
  /** Number of the lab's addresses. @default - none taken yet */
  readonly index?: number;
}

export interface DeadLab {
  readonly folder: string;
  readonly index: number | undefined;
}

const PREFIX = 'slipway-swarm-';
const OWNER = 'owner.json';
/** A folder without an owner is one that is just being made, or one that was left at that moment. */
const MAKING_MS = 60_000;

export function makeLabFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), PREFIX));
  noteOwner(folder);
  return folder;
}

/** Notes that the folder is this process's, and which addresses its lab has. */
export function noteOwner(folder: string, index?: number): void {
  const owner: Owner = { pid: process.pid, started: startOf(process.pid) ?? '', ...(index !== undefined && { index }) };
  const file = path.join(folder, OWNER);
  writeFileSync(`${file}.new`, JSON.stringify(owner));
  renameSync(`${file}.new`, file);
}

/** Labs whose process is gone. */
export function deadLabs(): DeadLab[] {
  return readdirSync(tmpdir())
    .filter(name => name.startsWith(PREFIX))
    .map(name => path.join(tmpdir(), name))
    .filter(folder => !isAlive(folder))
    .map(folder => ({ folder, index: ownerOf(folder)?.index }));
}

function isAlive(folder: string): boolean {
  const owner = ownerOf(folder);
  if (owner) return startOf(owner.pid) === owner.started;
  const made = statSync(folder, { throwIfNoEntry: false });
  return made === undefined || Date.now() - made.mtimeMs < MAKING_MS;
}

function ownerOf(folder: string): Owner | undefined {
  const file = path.join(folder, OWNER);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Owner) : undefined;
}

function startOf(pid: number): string | undefined {
  try {
    // The name, in brackets, may contain blanks; the start is the 20th field behind it.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}
