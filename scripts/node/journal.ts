import type { Colour } from '../domain/swarm/units';

/**
 * The release that goes on at the moment, written before each change. Whoever finds it without its owner knows from it what
 * has to be taken back.
 */
export interface Journal {
  /** Number that the release was given. */
  readonly n: number;
  /** Release that was live before; null for the first one. */
  readonly from: number | null;
  readonly verb: 'apply' | 'rollback' | 'resume';
  readonly state: 'running' | 'paused' | 'canary' | 'proven';
  readonly startedAt: string;
  readonly strategy: 'colours' | 'rolling';
  /** Names of the units that were not what was live when it began. */
  readonly changed: readonly string[];
  /** Stage that is worked on, from 0. */
  readonly stage: number;
  /** What was changed, the oldest first. */
  readonly steps: readonly JournalStep[];
  readonly timings: Readonly<Record<string, number>>;
  readonly downtimeMs: number;
}

export type JournalStep =
  /** Tasks of a colour without traffic were started. */
  | { readonly kind: 'started'; readonly unit: string; readonly colour: Colour }
  /** Traffic was moved. */
  | { readonly kind: 'switched' }
  /** A unit was changed in place. */
  | { readonly kind: 'rolled'; readonly unit: string };

/** The journal of a run that has done nothing yet. */
export function newJournal({
  n,
  from,
  verb,
  at,
}: Pick<Journal, 'n' | 'from' | 'verb'> & { readonly at: Date }): Journal {
  return {
    ...{ n, from, verb, state: 'running', strategy: 'colours', startedAt: at.toISOString() },
    ...{ changed: [], stage: 0, steps: [], timings: {}, downtimeMs: 0 },
  };
}
