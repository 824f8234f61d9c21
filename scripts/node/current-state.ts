import type { Colour } from '../domain/swarm/units';

/** What of a stack is live, as the program left it; `status` compares it with what Docker says. */
export interface CurrentState {
  /** Number of the record that is live; null before the first release. */
  readonly n: number | null;
  /** Colour that is live, by service; services without colours are not here. */
  readonly colours: Readonly<Record<string, Colour>>;
  /** What each unit was made of, see `unitFingerprint`. */
  readonly fingerprints: Readonly<Record<string, string>>;
  /** The release before, whose tasks still run. */
  readonly kept?: KeptColours | undefined;
  /** The last `scale`, with what the release configured then: a later change there wins. */
  readonly scaled: Readonly<Record<string, { readonly replicas: number; readonly configured: number }>>;
  readonly maintenance?: Maintenance | undefined;
  /** Hash of each service's specification as Docker had it after the release, by full name. */
  readonly specs: Readonly<Record<string, string>>;
}

export interface KeptColours {
  /** Record that these tasks belong to. */
  readonly n: number;
  readonly colours: Readonly<Record<string, Colour>>;
  /** UTC, ISO 8601. */
  readonly until: string;
}

export interface Maintenance {
  readonly allowedSources: readonly string[];
  readonly since: string;
  readonly by: string;
}

export const NOTHING_LIVE: CurrentState = { n: null, colours: {}, fingerprints: {}, scaled: {}, specs: {} };
