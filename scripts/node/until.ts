import { type Clock, poll, type PollOptions } from '../adapters/clock';

/** Nothing ends this program early: whoever asked for a release may be gone, the release goes on. */
const NEVER = new AbortController().signal;

/** Looks again and again until there is an answer; undefined when the time is over. */
export function until<T>(
  look: () => Promise<T | undefined>,
  options: Omit<PollOptions, 'signal'>,
): Promise<T | undefined> {
  return poll(look, { ...options, signal: NEVER });
}

export function pause(clock: Clock, milliseconds: number): Promise<void> {
  return clock.sleep(milliseconds, NEVER);
}
