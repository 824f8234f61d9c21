import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ReleaseRecord } from '../../domain/release/history';
import type { Sample } from '../../domain/swarm/traffic';
import type { CurrentState } from '../current-state';
import { NOTHING_LIVE } from '../current-state';
import type { Journal } from '../journal';
import type { AuditLine } from '../audit';
import type { KeptRelease } from '../run';

/**
 * What the program knows about one stack, as files:
 *
 *     <state>/release/<stack>/records.jsonl      every release, append-only
 *     <state>/release/<stack>/audit.jsonl        every change, append-only
 *     <state>/release/<stack>/releases/<n>.json  the releases as they were handed in
 *     <state>/release/<stack>/current.json       what is live
 *     <state>/run/<stack>/journal.json           the release that goes on at the moment
 *     <state>/run/<stack>/lock.json              who works on the stack
 *     <state>/run/<stack>/traffic.json           what Traefik has counted, now and then
 *
 * The first folder is copied to the vault after each record, so a new node knows it; the second one is this node's own.
 */
export class StackFolder {
  private readonly lasting: string;
  private readonly passing: string;

  constructor(
    private readonly state: string,
    readonly stack: string,
  ) {
    this.lasting = path.join(state, 'release', stack);
    this.passing = path.join(state, 'run', stack);
    fs.mkdirSync(path.join(this.lasting, 'releases'), { recursive: true, mode: 0o700 });
    fs.mkdirSync(this.passing, { recursive: true, mode: 0o700 });
  }

  records(): readonly ReleaseRecord[] {
    return readLines(path.join(this.lasting, 'records.jsonl')) as ReleaseRecord[];
  }

  addRecord(record: ReleaseRecord): void {
    appendLine(path.join(this.lasting, 'records.jsonl'), record);
    this.publish();
  }

  audit(): readonly AuditLine[] {
    return readLines(path.join(this.lasting, 'audit.jsonl')) as AuditLine[];
  }

  addAudit(line: AuditLine): void {
    appendLine(path.join(this.lasting, 'audit.jsonl'), line);
  }

  /** A release as it was handed in; undefined when it was never begun here. */
  kept(n: number): KeptRelease | undefined {
    return readJson(this.releaseFile(n)) as KeptRelease | undefined;
  }

  keep(n: number, release: KeptRelease): void {
    writeJson(this.releaseFile(n), release);
  }

  /** Number for the next release: one more than any that was ever begun. */
  nextNumber(): number {
    const begun = fs.readdirSync(path.join(this.lasting, 'releases')).map(name => Number.parseInt(name, 10));
    return Math.max(0, ...begun.filter(Number.isInteger), ...this.records().map(({ n }) => n)) + 1;
  }

  current(): CurrentState {
    return (readJson(path.join(this.lasting, 'current.json')) as CurrentState | undefined) ?? NOTHING_LIVE;
  }

  setCurrent(state: CurrentState): void {
    writeJson(path.join(this.lasting, 'current.json'), state);
    this.publish();
  }

  journal(): Journal | undefined {
    return readJson(path.join(this.passing, 'journal.json')) as Journal | undefined;
  }

  setJournal(journal: Journal): void {
    writeJson(path.join(this.passing, 'journal.json'), journal);
  }

  clearJournal(): void {
    fs.rmSync(path.join(this.passing, 'journal.json'), { force: true });
  }

  /** What Traefik has counted, the oldest first. */
  samples(): readonly Sample[] {
    return (readJson(path.join(this.passing, 'traffic.json')) ?? []) as Sample[];
  }

  setSamples(samples: readonly Sample[]): void {
    writeText(path.join(this.passing, 'traffic.json'), `${JSON.stringify(samples)}\n`);
  }

  lockFile(): string {
    return path.join(this.passing, 'lock.json');
  }

  /** Key for the names of secrets, see `contentName`; the same on the next node, so that names stay. */
  contentKey(): Buffer {
    const file = path.join(this.state, 'release', 'content-key');
    if (!fs.existsSync(file)) {
      const fresh = this.shared(file);
      writeThrough(fresh, 'w', randomBytes(32).toString('hex'));
      try {
        fs.linkSync(fresh, file);
      } catch {
        // Another stack's release was quicker: the first key stays.
      } finally {
        fs.rmSync(fresh, { force: true });
      }
    }
    return Buffer.from(fs.readFileSync(file, 'utf8'), 'hex');
  }

  private releaseFile(n: number): string {
    return path.join(this.lasting, 'releases', `${n}.json`);
  }

  /** The node's vault unit watches the upper folder, and systemd sees a rename into it, not what happens further below. */
  private publish(): void {
    const file = path.join(this.state, 'release', '.changed');
    writeText(file, '', this.shared(file));
  }

  /** Two stacks may be worked on at once: a name for what is not yet complete that only this process has. */
  private shared(file: string): string {
    return `${file}.${process.pid}.new`;
  }
}

/** A file that is there whole, or not at all, whenever the program is killed. */
export function writeJson(file: string, value: unknown): void {
  writeText(file, `${JSON.stringify(value, null, 1)}\n`);
}

export function readJson(file: string): unknown {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

function writeText(file: string, text: string, fresh = `${file}.new`): void {
  try {
    writeThrough(fresh, 'w', text);
    fs.renameSync(fresh, file);
  } catch (error) {
    fs.rmSync(fresh, { force: true });
    throw error;
  }
}

function appendLine(file: string, value: unknown): void {
  cutTornLine(file);
  writeThrough(file, 'a', `${JSON.stringify(value)}\n`);
}

function writeThrough(file: string, flags: 'w' | 'a', text: string): void {
  const handle = fs.openSync(file, flags, 0o600);
  try {
    fs.writeFileSync(handle, text);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** What a full disk or a power failure has left of a line would spoil the next one. */
function cutTornLine(file: string): void {
  if (!fs.existsSync(file)) return;
  const bytes = fs.readFileSync(file);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) fs.truncateSync(file, end);
}

/** A last line that was cut off by a power failure is not counted; all others are whole. */
function readLines(file: string): readonly unknown[] {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map(line => JSON.parse(line) as unknown);
}
