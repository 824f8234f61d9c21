import { type Descent, olderThanLive } from '../../../../scripts/domain/guard/older-than-live';

const LIVE = { version: '202611.3', commit: 'abcdef0'.padEnd(40, '1') };

test.each<[Descent, string[]]>([
  ['same', []],
  ['newer', []],
  ['older', ['202611.2 is older than 202611.3 (abcdef0), which is live']],
  ['beside', ['202611.2 does not contain 202611.3 (abcdef0), which is live']],
  ['unknown', ['202611.2 cannot be compared with 202611.3 (abcdef0), which is live']],
])('%s', (descent, expected) => {
  const refusals = olderThanLive({ version: '202611.2', descent }, LIVE);
  expect(refusals).toEqual(expected.map(reason => ({ guard: 'older-than-live', reason })));
});
