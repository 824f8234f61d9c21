import { compareVersions, parseVersion, releaseOf, versionOf } from '../../../../scripts/domain/version/version';

test.each([
  ['YYYYMM.N', '201704.15', { month: '201704', number: 15, hotfix: '' }],
  ['YYYYMM.N', '202611.3c', { month: '202611', number: 3, hotfix: 'c' }],
  ['YY.MM.R', '16.03.1', { month: '16.03', number: 1, hotfix: '' }],
  ['YY.MM.R', '16.03.1b', { month: '16.03', number: 1, hotfix: 'b' }],
  ['YY.MM.R', '16.03.12-issue-42', { month: '16.03', number: 12, hotfix: '-issue-42' }],
] as const)('%s: %s is a version', (scheme, text, parts) => {
  expect(parseVersion(scheme, text)).toEqual({ text, ...parts });
});

test.each([
  ['YYYYMM.N', '16.03.1'],
  ['YYYYMM.N', '201713.1'],
  ['YYYYMM.N', '201700.1'],
  ['YYYYMM.N', '201704.0'],
  ['YYYYMM.N', '201704.015'],
  ['YYYYMM.N', 'v201704.1'],
  ['YY.MM.R', '201704.1'],
  ['YY.MM.R', '16.03.1B'],
  ['YY.MM.R', '16.03.1bc'],
  ['YY.MM.R', '16.03.1-'],
  ['YY.MM.R', '16.03.1-a/b'],
  ['YY.MM.R', '16.03.1-a..b'],
  ['YY.MM.R', '16.03.1\n'],
] as const)('%s: %j is none', (scheme, text) => {
  expect(parseVersion(scheme, text)).toBeUndefined();
});

test('a wrong version is refused with what is allowed', () => {
  expect(() => versionOf('YYYYMM.N', '1.2.3')).toThrow(
    'version is "1.2.3", allowed is YYYYMM.N, such as 202611.3 or, for a hotfix, 202611.3b; see `slipway version next`',
  );
});

test('a hotfix belongs to its release', () => {
  expect(releaseOf(versionOf('YY.MM.R', '16.03.1b'))).toBe('16.03.1');
  expect(releaseOf(versionOf('YY.MM.R', '16.03.1'))).toBe('16.03.1');
});

test('versions are ordered by number, not by text', () => {
  const texts = ['16.03.10', '16.03.2c', '16.03.2', '16.12.1', '16.03.2b', '17.01.1', '16.03.1'];
  const sorted = texts.map(text => versionOf('YY.MM.R', text)).sort(compareVersions);
  expect(sorted.map(({ text }) => text)).toEqual([
    '16.03.1',
    '16.03.2',
    '16.03.2b',
    '16.03.2c',
    '16.03.10',
    '16.12.1',
    '17.01.1',
  ]);
});
