import { type Kind, KINDS } from './load-options';

export type Connection = 'kept' | 'fresh';

/** One request that is over. Times are milliseconds since 1970, so that they can be held against other programs' logs. */
export interface Answer {
  readonly kind: Kind;
  readonly connection: Connection;
  readonly sent: number;
  readonly ended: number;
  /** What the version header said. @default - there was none */
  readonly version?: string;
  /** Why the request has failed. @default - it has not */
  readonly failure?: string;
}

export interface Count {
  readonly requests: number;
  readonly failed: number;
}

export interface LoadResult extends Count {
  readonly started: number;
  readonly ended: number;
  /** How often each reason was seen. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The first failures, up to 1,000. */
  readonly failures: readonly Answer[];
  /** Longest time in which no request succeeded, in milliseconds. */
  readonly longestGapMs: number;
  /** Versions by name, with the moments at which the first and the last request that each answered were sent. */
  readonly versions: Readonly<
    Record<string, { readonly requests: number; readonly first: number; readonly last: number }>
  >;
  readonly kinds: Readonly<Record<Kind, Count & Durations>>;
  readonly connections: Readonly<Record<Connection, Count>>;
}

/** Milliseconds from sending to the complete answer, of the requests that succeeded. */
export interface Durations {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

const MOST_FAILURES = 1_000;

/** Keeps the books of a load. */
export class LoadRecord {
  private readonly reasons = new Map<string, number>();
  private readonly failures: Answer[] = [];
  private readonly versions = new Map<string, { requests: number; first: number; last: number }>();
  private readonly counts = new Map<Kind | Connection, { requests: number; failed: number }>();
  private readonly durations = new Map<Kind, number[]>(KINDS.map(kind => [kind, []]));
  private longestGap = 0;
  private lastSuccess: number;

  constructor(private readonly started: number) {
    this.lastSuccess = started;
  }

  add(answer: Answer): void {
    for (const part of [answer.kind, answer.connection]) {
      const count = this.counts.get(part) ?? { requests: 0, failed: 0 };
      count.requests += 1;
      if (answer.failure !== undefined) count.failed += 1;
      this.counts.set(part, count);
    }
    if (answer.version !== undefined) this.seen(answer.version, answer.sent);
    if (answer.failure === undefined) this.succeeded(answer);
    else this.failed(answer, answer.failure);
  }

  /** The books as they stand at that moment. */
  result(now: number): LoadResult {
    const connections = { kept: this.count('kept'), fresh: this.count('fresh') };
    const kinds = Object.fromEntries(KINDS.map(kind => [kind, { ...this.count(kind), ...this.times(kind) }]));
    return {
      started: this.started,
      ended: now,
      requests: connections.kept.requests + connections.fresh.requests,
      failed: connections.kept.failed + connections.fresh.failed,
      reasons: Object.fromEntries(this.reasons),
      failures: this.failures,
      longestGapMs: Math.round(Math.max(this.longestGap, now - this.lastSuccess)),
      versions: Object.fromEntries(this.versions),
      kinds: kinds as LoadResult['kinds'],
      connections,
    };
  }

  private seen(version: string, sent: number): void {
    const known = this.versions.get(version) ?? { requests: 0, first: sent, last: sent };
    // Answers come in another order than they were asked for.
    known.first = Math.min(known.first, sent);
    known.last = Math.max(known.last, sent);
    known.requests += 1;
    this.versions.set(version, known);
  }

  private succeeded({ kind, sent, ended }: Answer): void {
    this.longestGap = Math.max(this.longestGap, ended - this.lastSuccess);
    this.lastSuccess = Math.max(this.lastSuccess, ended);
    this.durations.get(kind)?.push(ended - sent);
  }

  private failed(answer: Answer, failure: string): void {
    this.reasons.set(failure, (this.reasons.get(failure) ?? 0) + 1);
    if (this.failures.length < MOST_FAILURES) this.failures.push(answer);
  }

  private count(part: Kind | Connection): Count {
    return { requests: 0, failed: 0, ...this.counts.get(part) };
  }

  private times(kind: Kind): Durations {
    const sorted = [...(this.durations.get(kind) ?? [])].sort((one, other) => one - other);
    const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
    return { medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
  }
}
