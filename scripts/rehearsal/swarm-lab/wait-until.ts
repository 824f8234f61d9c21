import { poll, systemClock } from '../../adapters/clock';
import { SlipwayError } from '../../domain/slipway-error';

const NEVER = new AbortController().signal;
const INTERVAL_MS = 50;

/**
 * Looks until there is an answer.
 *
 * @param what     what is waited for, e.g. `Traefik answers`
 * @param explain  what to add to the error, such as the end of a log
 * @throws SlipwayError when the time is over
 */
export async function waitUntil<T>(
  what: string,
  timeoutMs: number,
  look: () => Promise<T | undefined>,
  explain: () => string = () => '',
): Promise<T> {
  const found = await poll(look, { clock: systemClock, intervalMs: INTERVAL_MS, timeoutMs, signal: NEVER });
  if (found !== undefined) return found;
  throw new SlipwayError(`waited ${timeoutMs / 1000} s in vain until ${what}${explain()}`);
}
