import type { Freeze } from '../../../stacks/environments/freeze';
import { SlipwayError } from '../slipway-error';
import type { Refusal } from './refusal';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** Refuses what would be released in a time in which nothing is. */
export function frozen(freezes: readonly Freeze[], now: Date): Refusal[] {
  return freezes
    .map(freeze => ({ freeze, until: endOf(freeze, now) }))
    .filter(({ until }) => until !== undefined)
    .map(({ freeze, until }) => ({
      guard: 'freeze',
      reason: `nothing is released until ${until ?? ''}: ${freeze.reason}`,
    }));
}

/** The end of a freeze that is on; undefined when it is not. */
function endOf(freeze: Freeze, now: Date): string | undefined {
  if ('weekly' in freeze) {
    const [from, until, minute] = [minuteOf(freeze.weekly.from), minuteOf(freeze.weekly.until), minuteOfWeek(now)];
    // Both counted from its begin, so that a weekend, at whose end the week begins anew, is like any other time.
    const since = (minute - from + WEEK_MINUTES) % WEEK_MINUTES;
    const length = (until - from + WEEK_MINUTES) % WEEK_MINUTES;
    return since < length ? `${freeze.weekly.until} UTC` : undefined;
  }
  return momentOf(freeze.from) <= now.getTime() && now.getTime() < momentOf(freeze.until) ? freeze.until : undefined;
}

function momentOf(text: string): number {
  const moment = Date.parse(text);
  if (!Number.isNaN(moment) && /(?:Z|[+-]\d\d:\d\d)$/.test(text)) return moment;
  throw new SlipwayError(
    `freeze is "${text}", allowed is a moment with its zone, e.g. 2026-12-24T00:00Z; correct stacks/environments/application.ts`,
  );
}

function minuteOf(text: string): number {
  const [, day = '', hour = '', minute = ''] = /^([A-Z][a-z]{2}) ([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (DAYS.includes(day)) return DAYS.indexOf(day) * DAY_MINUTES + Number(hour) * 60 + Number(minute);
  throw new SlipwayError(
    `weekly freeze is "${text}", allowed is a day and a time in UTC, e.g. Fri 16:00; correct stacks/environments/application.ts`,
  );
}

function minuteOfWeek(now: Date): number {
  return now.getUTCDay() * DAY_MINUTES + now.getUTCHours() * 60 + now.getUTCMinutes();
}
