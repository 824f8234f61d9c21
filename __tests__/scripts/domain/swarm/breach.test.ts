import { breachOf, describeWatched, WATCH_LIMITS, type Watched } from '../../../../scripts/domain/swarm/breach';
import type { Traffic } from '../../../../scripts/domain/swarm/traffic';

/** Requests of which so many failed, all of them answered within so many milliseconds. */
function traffic(requests: number, errors: number, milliseconds: number, seconds = 60): Traffic {
  return { requests, errors, within: { [milliseconds / 950]: requests, '+Inf': requests }, seconds };
}

const quiet = traffic(1000, 0, 100);

test.each<[what: string, watched: Partial<Watched>, breach: string | undefined]>([
  ['all is well', {}, undefined],
  ['nobody comes', { now: traffic(0, 0, 100) }, undefined],
  ['1 % of errors', { now: traffic(100, 1, 100) }, undefined],
  [
    'more than 1 % of errors',
    { now: traffic(100, 2, 100) },
    '2.0 % of 100 requests were answered with 5xx, 0.0 % in the hour before',
  ],
  ['errors as there always were', { now: traffic(100, 6, 100), before: traffic(1000, 20, 100) }, undefined],
  [
    'more than three times the errors that there always were',
    { now: traffic(100, 7, 100), before: traffic(1000, 20, 100) },
    '7.0 % of 100 requests were answered with 5xx, 2.0 % in the hour before',
  ],
  ['only errors, of too few', { now: traffic(19, 19, 100) }, undefined],
  [
    'errors where nobody has counted before',
    { now: traffic(20, 20, 100), before: undefined },
    '100.0 % of 20 requests were answered with 5xx',
  ],
  ['slower, but quick', { now: traffic(100, 0, 500) }, undefined],
  [
    'slow, and more than twice as slow',
    { now: traffic(100, 0, 501) },
    '95 % of 100 requests took up to 501 ms, 100 ms in the hour before',
  ],
  ['slow, but not twice as slow', { now: traffic(100, 0, 700), before: traffic(100, 0, 400) }, undefined],
  ['slow where nobody has counted before', { now: traffic(100, 0, 9000), before: undefined }, undefined],
  ['slow where nobody came before', { now: traffic(100, 0, 9000), before: traffic(3, 0, 100) }, undefined],
  ['two restarts', { restarts: 2 }, undefined],
  ['three restarts, without a visitor', { now: traffic(0, 0, 100), restarts: 3 }, '3 restarts, allowed are 2'],
])('%s', (_what, watched, breach) => {
  expect(breachOf({ now: quiet, before: quiet, restarts: 0, ...watched }, WATCH_LIMITS)).toBe(breach);
});

test('limits may be others', () => {
  const lenient = { errorPercent: 50, errorTimes: 10, requests: 1, slowMs: 9_000, slowTimes: 100, restarts: 9 };
  const bad = { now: traffic(100, 50, 8_000), before: quiet, restarts: 9 };
  expect(breachOf(bad, lenient)).toBeUndefined();
  expect(breachOf({ ...bad, now: traffic(1, 1, 1) }, lenient)).toContain('100.0 % of 1 requests');
});

test('a watch is told in one line', () => {
  expect(describeWatched({ now: traffic(90, 9, 300), before: quiet, restarts: 1 })).toBe(
    '1.5 requests/s, 10.0 % 5xx (0.0 % before), 95 % within 300 ms (100 ms before), 1 restart',
  );
  expect(describeWatched({ now: { requests: 0, errors: 0, within: {}, seconds: 0 }, restarts: 0 })).toBe(
    '0.0 requests/s, 0.0 % 5xx, 95 % within - ms, 0 restarts',
  );
});
