import { asJson, type Benchmark, isKept, table } from '../../../scripts/bench/benchmark';
import { inTurns, Samples } from '../../../scripts/bench/samples';

const benchmark: Benchmark = {
  name: 'start',
  unit: 'ms',
  measured: new Samples([120, 100, 140]),
  peer: { name: 'nothing', measured: new Samples([60, 50, 70]) },
  target: '<= 2 x',
  limit: 120,
};

describe('Samples', () => {
  test.each([
    [[3, 1, 2], 2, 1, 3],
    [[4, 1, 2, 3], 2.5, 1, 4],
    [[100, 20], 60, 20, 100],
    [[7], 7, 7, 7],
  ])('of %j have the median %d and the range %d to %d', (values, median, least, most) => {
    const samples = new Samples(values);
    expect([samples.median, samples.least, samples.most]).toEqual([median, least, most]);
  });

  test('fails when nothing was measured', () => {
    expect(() => new Samples([])).toThrow('no measurement was made');
  });
});

test('inTurns alternates, and does not count the first turn', () => {
  const turns: string[] = [];
  let time = 1000;
  const measure = (name: string) => () => {
    turns.push(name);
    return (time = time / 10);
  };
  const [a, b] = inTurns(2, measure('a'), measure('b'));
  expect(turns.join('')).toBe('ababab');
  expect([a.most, b.most]).toEqual([1, 0.1]);
});

describe('a benchmark', () => {
  test('is kept up to its limit, by the median', () => {
    expect(isKept(benchmark)).toBe(true);
    expect(isKept({ ...benchmark, limit: 119 })).toBe(false);
  });

  test('shows median, range, ratio, target and verdict', () => {
    const [, row] = table([benchmark]).split('\n');
    expect(row).toMatch(/^start +120 ms \(100-140\) +nothing +60 ms \(50-70\) +2\.00 +<= 2 x +ok$/);
    expect(table([{ ...benchmark, limit: 1 }])).toMatch(/not ok$/);
  });

  test('without a peer shows no ratio', () => {
    const { peer, ...alone } = benchmark;
    expect(peer).toBeDefined();
    expect(table([alone]).split('\n')[1]).toMatch(/^start +120 ms \(100-140\) +<= 2 x +ok$/);
  });

  test('is one flat object as JSON', () => {
    expect(asJson(benchmark)).toEqual({
      name: 'start',
      unit: 'ms',
      median: 120,
      least: 100,
      most: 140,
      peer: { name: 'nothing', median: 60, least: 50, most: 70 },
      target: '<= 2 x',
      limit: 120,
      kept: true,
    });
  });
});
