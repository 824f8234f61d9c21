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

/** What is to be removed of a lab. */
export interface DeadLab {
  readonly folder: string;
  /** Number of its addresses. @default - it has none */
  readonly index: number | undefined;
}

const PREFIX = 'slipway-swarm-';
const OWNER = 'owner.json';
/** A folder without an owner is one that is just being made, or one that was left at that moment. */
const MAKING_MS = 60_000;

/** @param place  where labs are */
export function makeLabFolder(place = tmpdir()): string {
  const folder = mkdtempSync(path.join(place, PREFIX));
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
export function deadLabs(place = tmpdir()): DeadLab[] {
  const folders = readdirSync(place)
    .filter(name => name.startsWith(PREFIX))
    .map(name => path.join(place, name));
  const dead = folders.filter(folder => !isAlive(folder));
  // After a reboot a folder may be left whose addresses a living lab has by now.
  const taken = folders.filter(folder => !dead.includes(folder)).map(folder => ownerOf(folder)?.index);
  return dead.map(folder => {
    const index = ownerOf(folder)?.index;
    return { folder, index: taken.includes(index) ? undefined : index };
  });
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
