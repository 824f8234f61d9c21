import { poll } from '../../../scripts/adapters/clock';
import { VirtualClock } from '../../support/virtual-clock';

const { signal } = new AbortController();
const every = (clock: VirtualClock) => ({ clock, intervalMs: 2_000, timeoutMs: 5_000, signal });

test('looks at once, and does not sleep when there is an answer', async () => {
  const clock = new VirtualClock();
  expect(await poll(() => Promise.resolve('yes'), every(clock))).toBe('yes');
  expect(clock.now()).toBe(0);
});

test('looks a last time when the time is over, and never waits longer', async () => {
  const clock = new VirtualClock();
  const looks: number[] = [];
  const look = () => {
    looks.push(clock.now());
    return Promise.resolve(undefined);
  };
  expect(await poll<string>(look, every(clock))).toBeUndefined();
  expect(looks).toEqual([0, 2_000, 4_000, 5_000]);
});

test('an answer in the last look counts', async () => {
  const clock = new VirtualClock();
  expect(await poll(() => Promise.resolve(clock.now() >= 5_000 || undefined), every(clock))).toBe(true);
});

test('an interruption ends it after one more look', async () => {
  const interruption = new AbortController();
  const clock = new VirtualClock(() => {
    interruption.abort();
  });
  const options = { ...every(clock), signal: interruption.signal };
  expect(await poll<string>(() => Promise.resolve(undefined), options)).toBeUndefined();
  expect(clock.now()).toBe(2_000);
});
