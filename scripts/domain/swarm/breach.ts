import { percentile, type Traffic } from './traffic';

/** From where on a release is worse than what was live before it. */
export interface WatchLimits {
  /** Answers of 5xx of a hundred that are allowed in any case. */
  readonly errorPercent: number;
  /** How many times the share of 5xx of the hour before is allowed. */
  readonly errorTimes: number;
  /** Requests below which a share says nothing. */
  readonly requests: number;
  /** Milliseconds for 95 of 100 requests that are allowed in any case. */
  readonly slowMs: number;
  /** How many times those of the hour before are allowed. */
  readonly slowTimes: number;
  /** Tasks that may end by themselves. */
  readonly restarts: number;
}

export const WATCH_LIMITS: WatchLimits = {
  ...{ errorPercent: 1, errorTimes: 3, requests: 20 },
  ...{ slowMs: 500, slowTimes: 2, restarts: 2 },
};

/** What a release does, beside what was before it. */
export interface Watched {
  /** What the public gets now. */
  readonly now: Traffic;
  /** The hour before the release. @default - nobody has counted then, so only what is bad in any case is a breach */
  readonly before?: Traffic | undefined;
  /** Tasks that have ended by themselves since the release. */
  readonly restarts: number;
}

/** Why a release is worse than what was live before it, with the numbers; undefined when it is not. */
export function breachOf({ now, before, restarts }: Watched, limits: WatchLimits): string | undefined {
  if (restarts > limits.restarts) return `${restarts} restarts, allowed are ${limits.restarts}`;
  if (now.requests < limits.requests) return undefined;
  return tooManyErrors(now, before, limits) ?? tooSlow(now, before, limits);
}

function tooManyErrors(now: Traffic, before: Traffic | undefined, limits: WatchLimits): string | undefined {
  const [percent, earlier] = [errorPercentOf(now), before && errorPercentOf(before)];
  if (percent <= limits.errorPercent || percent <= (earlier ?? 0) * limits.errorTimes) return undefined;
  const than = earlier === undefined ? '' : `, ${earlier.toFixed(1)} % in the hour before`;
  return `${percent.toFixed(1)} % of ${now.requests} requests were answered with 5xx${than}`;
}

/** Without an hour before nobody knows whether the application is slow since now. */
function tooSlow(now: Traffic, before: Traffic | undefined, limits: WatchLimits): string | undefined {
  const [slow, earlier] = [percentile(now, 95), before && percentile(before, 95)];
  if (slow === undefined || earlier === undefined || (before?.requests ?? 0) < limits.requests) return undefined;
  if (slow <= limits.slowMs || slow <= earlier * limits.slowTimes) return undefined;
  return `95 % of ${now.requests} requests took up to ${slow.toFixed(0)} ms, ${earlier.toFixed(0)} ms in the hour before`;
}

/** 0 to 100; 0 when nothing was asked. */
function errorPercentOf({ requests, errors }: Traffic): number {
  return requests === 0 ? 0 : (errors / requests) * 100;
}

/** One line for whoever follows the watch. */
export function describeWatched({ now, before, restarts }: Watched): string {
  const rate = now.seconds === 0 ? 0 : now.requests / now.seconds;
  const beside = (text: string | undefined) => (text === undefined ? '' : ` (${text} before)`);
  const milliseconds = (traffic: Traffic) => `${percentile(traffic, 95)?.toFixed(0) ?? '-'} ms`;
  return [
    `${rate.toFixed(1)} requests/s`,
    `${errorPercentOf(now).toFixed(1)} % 5xx${beside(before && `${errorPercentOf(before).toFixed(1)} %`)}`,
    `95 % within ${milliseconds(now)}${beside(before && milliseconds(before))}`,
    restarts === 1 ? '1 restart' : `${restarts} restarts`,
  ].join(', ');
}
