import { type AssetSet, leftovers, parseSet, setName } from '../../../../scripts/domain/assets/asset-set';

const now = new Date('2026-11-27T12:00:00Z');
const long = new Date('2026-11-27T10:59:59Z');
const set = (version: string, day: number, ...keys: string[]): AssetSet => ({
  version,
  publishedAt: `2026-11-${day}T00:00:00.000Z`,
  keys,
});
const sets = [set('1', 10, 'a', 'shared'), set('3', 12, 'c'), set('2', 11, 'b', 'shared')];
const objects = ['a', 'b', 'c', 'shared', 'of nobody'].map(key => ({ key, changedAt: long }));

describe('what may go', () => {
  test('is what no kept set has', () => {
    expect(leftovers(sets, objects, { keep: 2, now })).toEqual({ versions: ['1'], keys: ['a', 'of nobody'] });
    expect(leftovers(sets, objects, { keep: 1, now })).toEqual({
      versions: ['2', '1'],
      keys: ['a', 'b', 'shared', 'of nobody'],
    });
  });

  test('a release that is published again is new again', () => {
    const again = [...sets.filter(({ version }) => version !== '1'), set('1', 13, 'a')];
    expect(leftovers(again, objects, { keep: 1, now }).versions).toEqual(['3', '2']);
  });

  test('is nothing that came within the hour: somebody may be publishing it', () => {
    const young = objects.map(({ key }) => ({ key, changedAt: new Date('2026-11-27T11:00:00Z') }));
    expect(leftovers(sets, young, { keep: 1, now }).keys).toEqual([]);
  });
});

describe('the list of a set', () => {
  test('is read as it was written', () => {
    expect(parseSet(JSON.stringify(sets[0]))).toEqual(sets[0]);
    expect(setName('202611.3')).toBe('releases/202611.3.json');
  });

  test.each(['', 'null', '[]', '{"version":"1"}', '{"version":"1","publishedAt":"x","keys":"a"}'])(
    'is not %j',
    text => {
      expect(parseSet(text)).toBeUndefined();
    },
  );
});
