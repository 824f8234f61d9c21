import type { Release } from '../domain/release/release';
import { type Colour, type ResolvedNames, type Unit, unitsOf } from '../domain/swarm/units';
import type { StackFolder } from './adapters/stack-folder';
import type { CurrentState } from './current-state';
import type { Journal, JournalStep } from './journal';
import type { StepLog } from './step-log';
import type { World } from './world';

/** A release as it was handed in, with the names that its secrets and files got in Docker. */
export interface KeptRelease {
  readonly release: Release;
  readonly resolved: ResolvedNames;
}

/** One release on its way, and everything that its steps need. */
export interface RunOptions {
  readonly world: World;
  readonly folder: StackFolder;
  readonly steps: StepLog;
  /** What is to run. */
  readonly wanted: KeptRelease;
  /** What ran before; undefined for the first release. */
  readonly before?: KeptRelease;
  /** State before this run. */
  readonly current: CurrentState;
  readonly journal: Journal;
}

/** Keeps the journal ahead of the changes: what is not in it has not been done. */
export class Run {
  readonly world: World;
  readonly folder: StackFolder;
  readonly steps: StepLog;
  readonly wanted: KeptRelease;
  readonly before: KeptRelease | undefined;
  readonly current: CurrentState;
  private state: Journal;

  constructor(options: RunOptions) {
    this.world = options.world;
    this.folder = options.folder;
    this.steps = options.steps;
    this.wanted = options.wanted;
    this.before = options.before;
    this.current = options.current;
    this.state = options.journal;
  }

  get stack(): string {
    return this.folder.stack;
  }

  get manifest(): Release['manifest'] {
    return this.wanted.release.manifest;
  }

  get journal(): Journal {
    return this.state;
  }

  /** Writes down what comes next, before it is done. */
  note(change: Partial<Journal>): void {
    const next = { ...this.state, ...change, timings: this.steps.timings() };
    // What could not be written down will not be done.
    this.folder.setJournal(next);
    this.state = next;
  }

  begin(step: JournalStep): void {
    this.note({ steps: [...this.state.steps, step] });
  }

  /** Whether a unit gets new tasks beside its old ones. */
  isColoured(unit: Unit): boolean {
    return unit.kind === 'coloured' && this.state.strategy === 'colours';
  }

  /** Colour that the unit's new tasks have; none for a unit without colours. */
  colourOf(unit: Unit): Colour | undefined {
    if (unit.kind !== 'coloured') return undefined;
    const live = this.liveColour(unit);
    if (!this.isChanged(unit) || !this.isColoured(unit)) return live ?? 'blue';
    return live === 'blue' ? 'green' : 'blue';
  }

  /** Colour with traffic before this run: that of the services of the unit which were there. */
  liveColour({ services }: Unit): Colour | undefined {
    return services.map(name => this.current.colours[name]).find(colour => colour !== undefined);
  }

  /** Units that were not what was live when the run began. */
  get changed(): readonly Unit[] {
    return unitsOf(this.wanted.release).filter(unit => this.isChanged(unit));
  }

  isChanged({ name }: Unit): boolean {
    return this.state.changed.includes(name);
  }

  /** Whether the public may have got something of this run. */
  get isPublic(): boolean {
    return this.state.steps.some(({ kind }) => kind !== 'started');
  }

  /** Whether visitors are sent by the routes of this release. */
  get hasSwitched(): boolean {
    return this.state.steps.some(({ kind }) => kind === 'switched');
  }

  /** Colour with traffic of each service once the first stages, up to this one, are through. */
  liveAfter(stages: readonly (readonly Unit[])[]): Record<string, Colour> {
    const through = new Set(stages.flat().map(({ name }) => name));
    const live: Record<string, Colour> = {};
    for (const unit of unitsOf(this.wanted.release)) {
      for (const service of unit.services) {
        const colour = through.has(unit.name) ? this.colourOf(unit) : this.current.colours[service];
        if (colour !== undefined) live[service] = colour;
      }
    }
    return live;
  }

  replicas(release = this.wanted.release): Record<string, number> {
    return replicasOf(release, this.current);
  }
}

/** How many tasks each service gets: the last `scale`, unless the release has changed its mind since. */
export function replicasOf({ stack }: Release, { scaled }: CurrentState): Record<string, number> {
  const counts = Object.entries(stack.services).map(([service, { deploy }]) => {
    const configured = deploy.replicas ?? 1;
    const last = scaled[service];
    return [service, last?.configured === configured ? last.replicas : configured] as const;
  });
  return Object.fromEntries(counts);
}
