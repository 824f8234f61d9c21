import { setTimeout } from 'node:timers/promises';

/** Time for what waits: a test hands in one that does not let anybody wait. */
export interface Clock {
  /** Milliseconds since some moment; never set back, unlike the time of day. */
  now(): number;
  /** Resolves after the time, or as soon as the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  // A sleep that is cut short ends like any other: who sleeps looks at the signal anyway.
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
};

export interface PollOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Looks again and again until there is an answer; undefined when the time is over or the signal is aborted. */
export async function poll<T>(look: () => Promise<T | undefined>, options: PollOptions): Promise<T | undefined> {
  const { clock, intervalMs, timeoutMs, signal } = options;
  const end = clock.now() + timeoutMs;
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    const left = end - clock.now();
    if (left <= 0 || signal.aborted) return undefined;
    await clock.sleep(Math.min(intervalMs, left), signal);
  }
}
