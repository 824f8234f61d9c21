import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ExitCode } from '../../scripts/domain/exit-code';
import type { ReleaseRecord } from '../../scripts/domain/release/history';
import type { Release } from '../../scripts/domain/release/release';
import { parseWords } from '../../scripts/domain/release/words';
import { SlipwayError } from '../../scripts/domain/slipway-error';
import { StackFolder } from '../../scripts/node/adapters/stack-folder';
import { dispatch } from '../../scripts/node/dispatch';
import type { World } from '../../scripts/node/world';
import { FakeDocker } from './fake-docker';
import { Killed, Life } from './fake-life';
import type { FakeMode } from './fake-tasks';
import { FakeTraefik } from './fake-traefik';
import { node } from './release-documents';
import { VirtualClock } from './virtual-clock';

/** How a run of the program ended. */
export interface Ended {
  readonly code: number | 'killed';
  /** Results, log and error. */
  readonly said: string;
  /** JSON results. */
  readonly results: readonly unknown[];
  /** What it has changed, in order. */
  readonly acts: readonly string[];
}

/** In memory where there is such a place: the program waits for the disk at each of its hundreds of writes. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** Monday morning. */
const START = Date.parse('2026-11-02T08:00:00Z');
/** Above the highest number that a process can have. */
const NO_PROCESS = 2 ** 22 + 1;
const GIGABYTE = 1e9;
const OF = '/webshop/prod/secrets/';

/** A node in memory; only what the program keeps about a stack is in real files. Its clock lets nobody wait. */
export class FakeNode {
  readonly docker: FakeDocker;
  readonly traefik: FakeTraefik;
  readonly secrets = new Map<string, string>();
  /** Free memory in bytes, less what tasks take. */
  freeMemory = 8 * GIGABYTE;
  /** Whether the disk takes what is written. */
  diskIsFull = false;
  /** What the public has got, each answer once in a row. */
  readonly visits: string[] = [];
  /** Paths that visitors ask for. */
  visited: readonly string[] = ['/'];
  private readonly state = mkdtempSync(path.join(FOLDER, 'slipway-fake-node-'));
  private readonly time = new VirtualClock(() => this.visit());
  private readonly clock = {
    now: () => this.time.now(),
    // Lets others have their turn: a program that looks at the site twice a second never ends by itself.
    sleep: (milliseconds: number) => this.time.sleep(milliseconds).then(() => setImmediate()),
  };

  constructor() {
    this.docker = new FakeDocker(() => this.now().getTime());
    this.traefik = new FakeTraefik(this.docker);
  }

  remove(): void {
    rmSync(this.state, { recursive: true, force: true });
  }

  now(): Date {
    return new Date(START + this.clock.now());
  }

  wait(seconds: number): Promise<void> {
    return this.clock.sleep(seconds * 1000);
  }

  folder(stack = 'webshop-prod'): StackFolder {
    return new StackFolder(this.state, stack);
  }

  records(): readonly ReleaseRecord[] {
    return this.folder().records();
  }

  /** Makes a version that can be pulled, and returns its image. */
  push(version: string, mode: FakeMode = 'works', name = 'web'): string {
    const digest = createHash('sha256').update(`${name} ${version} ${mode}`).digest('hex');
    const image = `registry.example.org/${name}:${version}@sha256:${digest}`;
    this.docker.registry.add(image);
    this.docker.modes.set(image, mode);
    return image;
  }

  /** @param most  changes after which it is killed */
  apply(release: Release, most?: number): Promise<Ended> {
    return this.run('apply', JSON.stringify(release), most);
  }

  async run(words: string, input = '', most?: number): Promise<Ended> {
    const life = new Life(most, () => this.visit());
    const said: string[] = [];
    const results: unknown[] = [];
    const world = this.world(life, said, results);
    const ended = (code: Ended['code']) => ({ code, said: said.join('\n'), results, acts: life.acts });
    try {
      const code = await dispatch(world, parseWords(words), () => Promise.resolve(input));
      if (life.dead) throw new Killed();
      return ended(code);
    } catch (error) {
      if (life.dead) {
        this.leaveLock();
        return ended('killed');
      }
      said.push(error instanceof Error ? error.message : String(error));
      return ended(error instanceof SlipwayError ? error.exitCode : ExitCode.RollbackFailed);
    }
  }

  /** A lock as a process leaves it that was killed: in this one, its `finally` has run. */
  private leaveLock(): void {
    const at = this.now().toISOString();
    const dead = { by: 'jan', verb: 'apply', pid: NO_PROCESS, pidStart: '1', since: at, heartbeat: at };
    writeFileSync(this.folder().lockFile(), JSON.stringify(dead));
  }

  private world(life: Life, said: string[], results: unknown[]): World {
    const docker = this.docker.seenBy(life);
    const settings = { ...node, state: this.state };
    const say = (text: string) => {
      if (!life.dead) said.push(text);
    };
    return {
      ...{ settings, docker, cli: docker, traefik: this.traefik.seenBy(life), clock: this.clock },
      probe: async question => (life.dead ? undefined : this.traefik.answer(question)),
      resources: {
        memory: () => ({ memory: this.freeMemory - this.takenMemory(), swap: 0 }),
        disk: () => ({ free: 50 * GIGABYTE, total: 100 * GIGABYTE }),
      },
      readSecrets: async (_path, names) => Object.fromEntries(names.map(name => [name, this.secretOf(name)])),
      output: { log: say, print: say, json: value => void results.push(value), colour: false },
      now: () => this.now(),
      folder: stack => new MortalFolder(this.state, stack, life, this),
    };
  }

  private secretOf(name: string): string {
    const value = this.secrets.get(name);
    if (value !== undefined) return value;
    throw new SlipwayError(`secret ${OF}${name} does not exist`, ExitCode.VerificationFailed);
  }

  private takenMemory(): number {
    return [...this.docker.services.keys()].length * GIGABYTE;
  }

  private visit(): void {
    for (const visited of this.visited) {
      const { status, body } = this.traefik.answer({ host: 'example.org', path: visited }) ?? { status: 0, body: '' };
      const seen = `${this.visited.length > 1 ? `${visited} ` : ''}${status === 200 ? body : status}`;
      if (!this.visits.slice(-this.visited.length).includes(seen)) this.visits.push(seen);
    }
  }
}

/** The files of a stack, as a process sees them that may be killed between two writes. */
class MortalFolder extends StackFolder {
  constructor(
    state: string,
    stack: string,
    private readonly life: Life,
    private readonly disk: { readonly diskIsFull: boolean },
  ) {
    super(state, stack);
  }

  override addRecord(...parts: Parameters<StackFolder['addRecord']>): void {
    this.write('record', () => super.addRecord(...parts));
  }

  override addAudit(...parts: Parameters<StackFolder['addAudit']>): void {
    this.write('audit', () => super.addAudit(...parts));
  }

  override keep(...parts: Parameters<StackFolder['keep']>): void {
    this.write('keep', () => super.keep(...parts));
  }

  override setCurrent(...parts: Parameters<StackFolder['setCurrent']>): void {
    this.write('current', () => super.setCurrent(...parts));
  }

  override setJournal(...parts: Parameters<StackFolder['setJournal']>): void {
    this.write('journal', () => super.setJournal(...parts));
  }

  override clearJournal(): void {
    this.write('no journal', () => super.clearJournal());
  }

  private write(what: string, change: () => void): void {
    this.life.act(what, () => {
      if (this.disk.diskIsFull) throw new Error('ENOSPC: no space left on device');
      change();
    });
  }
}
