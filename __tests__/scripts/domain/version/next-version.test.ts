import { nextHotfix } from '../../../../scripts/domain/version/next-hotfix';
import { nextVersion } from '../../../../scripts/domain/version/next-version';

const NOVEMBER = new Date('2026-11-25T12:00:00Z');

describe('the next version', () => {
  test.each([
    ['nothing yet', [], '202611.1'],
    ['one more than the highest, by number', ['202611.9', '202611.10', '202611.2'], '202611.11'],
    ['a new month begins at 1', ['202610.15'], '202611.1'],
    ['a hotfix counts for its release', ['202611.4b'], '202611.5'],
    ['other tags are passed over', ['v1.2.3', '26.11.7', 'nightly', '202611.1'], '202611.2'],
  ])('%s', (_what, taken, expected) => {
    expect(nextVersion('YYYYMM.N', taken, NOVEMBER)).toBe(expected);
  });

  test('the other scheme', () => {
    expect(nextVersion('YY.MM.R', ['26.11.1', '202611.8'], NOVEMBER)).toBe('26.11.2');
  });

  test.each([
    ['2026-11-30T23:59:59Z', '202611.1'],
    ['2026-12-01T00:00:00Z', '202612.1'],
    // In both places another month than in UTC.
    ['2026-12-01T01:30:00+02:00', '202611.1'],
    ['2026-11-30T20:00:00-08:00', '202612.1'],
  ])('the month is that of UTC: %s', (moment, expected) => {
    expect(nextVersion('YYYYMM.N', [], new Date(moment))).toBe(expected);
  });
});

describe('the next hotfix', () => {
  const settings = { scheme: 'YY.MM.R' } as const;
  const hotfix = (tags: readonly string[], of = '16.03.1', reference?: string, taken = tags) =>
    nextHotfix(settings, { of, ...(reference !== undefined && { reference }) }, tags, taken);

  test('starts at b, from the release', () => {
    expect(hotfix(['16.03.1', '16.03.2'])).toEqual({ version: '16.03.1b', base: '16.03.1' });
  });

  test('goes on from the newest hotfix, whichever of them is named', () => {
    const expected = { version: '16.03.1d', base: '16.03.1c' };
    const tags = ['16.03.1', '16.03.1c', '16.03.1b', '16.03.10z'];
    expect(hotfix(tags)).toEqual(expected);
    expect(hotfix(tags, '16.03.1b')).toEqual(expected);
  });

  test('passes over a letter that is under way, and starts from what was released', () => {
    expect(hotfix(['16.03.1'], '16.03.1', undefined, ['16.03.1', '16.03.1b'])).toEqual({
      version: '16.03.1c',
      base: '16.03.1',
    });
  });

  test('the first letter is data', () => {
    const tags = ['16.03.1'];
    expect(nextHotfix({ ...settings, firstHotfixLetter: 'a' }, { of: '16.03.1' }, tags, tags).version).toBe('16.03.1a');
  });

  test('a reference instead of a letter', () => {
    expect(hotfix(['16.03.1', '16.03.1b'], '16.03.1', 'login')).toEqual({
      version: '16.03.1-login',
      base: '16.03.1b',
    });
    expect(hotfix(['16.03.1'], '16.03.1', 'x').version).toBe('16.03.1x');
  });

  test('a named hotfix takes no letter away', () => {
    expect(hotfix(['16.03.1', '16.03.1-login']).version).toBe('16.03.1b');
    expect(hotfix(['16.03.1', '16.03.1b', '16.03.1-login']).version).toBe('16.03.1c');
  });

  test.each([
    ['after z there is nothing', ['16.03.1', '16.03.1z'], '16.03.1', undefined, /no letter.*--reference/],
    ['a release that was never made', ['16.03.2'], '16.03.1', undefined, /16\.03\.1 was never released/],
    ['a reference that exists', ['16.03.1', '16.03.1b'], '16.03.1', 'b', /16\.03\.1b exists already/],
    ['a reference that no branch may have', ['16.03.1'], '16.03.1', 'a b', /allowed is YY\.MM\.R/],
    ['no version at all', ['16.03.1'], 'latest', undefined, /version is "latest"/],
  ])('refuses: %s', (_what, tags, of, reference, message) => {
    expect(() => hotfix(tags, of, reference)).toThrow(message);
  });
});
