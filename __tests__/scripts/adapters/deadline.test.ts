import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deadline } from '../../../scripts/adapters/deadline';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const aborted = (signal: AbortSignal) =>
  new Promise<unknown>(resolve => signal.addEventListener('abort', () => resolve(signal.reason)));

/** What becomes of a signal that only its listener holds, while the garbage is collected all the time. */
async function heard(makeSignal: () => AbortSignal): Promise<unknown> {
  let reason: unknown = 'nothing';
  void aborted(makeSignal()).then(given => (reason = given));
  for (let round = 0; round < 20 && reason === 'nothing'; round += 1) {
    await delay(10);
    collectGarbage();
  }
  return reason;
}

test.each([
  ['alone', undefined],
  ['beside a signal that is not aborted', new AbortController().signal],
])('the time is over, %s, whatever the garbage collector does', async (_, other) => {
  expect(await heard(() => deadline(50, other))).toMatchObject({ name: 'TimeoutError' });
});

test('the other signal comes first', async () => {
  const other = new AbortController();
  const reason = aborted(deadline(60_000, other.signal));
  other.abort('stopped');
  expect(await reason).toBe('stopped');
});

test('one that is aborted already is aborted at once', () => {
  expect(deadline(60_000, AbortSignal.abort('before')).reason).toBe('before');
});
