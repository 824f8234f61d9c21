import { ExitCode } from '../../../../scripts/domain/exit-code';
import type { SlipwayError } from '../../../../scripts/domain/slipway-error';
import {
  assertDisk,
  biggestTaskBytes,
  chooseStrategy,
  memoryOf,
  type StrategyQuestion,
} from '../../../../scripts/domain/swarm/capacity';
import { parseDuration } from '../../../../scripts/domain/swarm/duration';
import { describeSize, parseSize } from '../../../../scripts/domain/swarm/size';
import { unitsOf } from '../../../../scripts/domain/swarm/units';
import { maximalRelease } from '../../../support/release-documents';

const M = 1024 ** 2;

function failureOf(work: () => unknown): SlipwayError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as SlipwayError;
  }
}

/** A question in MiB. */
function ask(wanted: StrategyQuestion['wanted'], needed: number, biggest: number, memory: number, swap = 0) {
  const available = { memory: memory * M, swap: swap * M };
  return chooseStrategy({ wanted, memoryBytesNeeded: needed * M, biggestTaskBytes: biggest * M, available });
}

describe('the strategy', () => {
  it.each([
    ['auto', 512, 256, 512, 0, 'colours'],
    ['auto', 512, 256, 511, 0, 'rolling'],
    ['auto', 512, 256, 256, 0, 'rolling'],
    ['auto', 512, 256, 256, 512, 'colours'],
    ['auto', 512, 256, 256, 510, 'rolling'],
    ['colours', 512, 256, 512, 0, 'colours'],
    ['rolling', 512, 256, 2048, 0, 'rolling'],
    ['rolling', 512, 256, 256, 0, 'rolling'],
    ['rolling', 512, 256, 0, 512, 'rolling'],
  ] as const)(
    'wanted %s, %i MiB for both and %i for one, %i free and %i of swap: %s',
    (wanted, needed, biggest, memory, swap, strategy) => {
      expect(ask(wanted, needed, biggest, memory, swap).strategy).toBe(strategy);
    },
  );

  it('says so when it is not what it could be', () => {
    expect(ask('auto', 512, 256, 300, 100).says).toContain(
      'two colours do not fit (512M needed, 350M free): task by task',
    );
    expect(ask('auto', 512, 256, 600).says).toBeUndefined();
    expect(ask('rolling', 512, 256, 300).says).toBeUndefined();
  });

  it.each([
    ['colours', 512, 256, 511, 'two colours do not fit on this node: 512M needed, 511M free; set strategy to auto'],
    ['auto', 512, 256, 255, 'no further task fits on this node: 256M needed, 255M free; lower the memory limits'],
    ['rolling', 512, 256, 255, 'no further task fits on this node: 256M needed, 255M free'],
  ] as const)('fails when %s is wanted and memory is short', (wanted, needed, biggest, memory, message) => {
    const failure = failureOf(() => ask(wanted, needed, biggest, memory));
    expect(failure?.message).toContain(message);
    expect(failure?.exitCode).toBe(ExitCode.VerificationFailed);
  });
});

describe('the memory of units', () => {
  const coloured = unitsOf(maximalRelease).filter(({ kind }) => kind === 'coloured');

  it('is the sum of all limits', () => {
    expect(memoryOf(maximalRelease, coloured)).toBe((2 * 256 + 128 + 128) * M);
    expect(memoryOf(maximalRelease, [])).toBe(0);
  });

  it('follows the last scale', () => {
    expect(memoryOf(maximalRelease, coloured, { web: 4, proxy: 0 })).toBe((4 * 256 + 0 + 128) * M);
  });

  it('is at least that of the biggest task', () => {
    expect(biggestTaskBytes(maximalRelease, coloured)).toBe(256 * M);
    expect(biggestTaskBytes(maximalRelease, [])).toBe(0);
  });
});

describe('the disk', () => {
  it.each([
    [15, 100],
    [100, 100],
    [1.5e9, 1e10],
  ])('with %d of %d free is enough', (free, total) => {
    expect(() => assertDisk({ free, total })).not.toThrow();
  });

  it('is too full below 15 %', () => {
    const failure = failureOf(() => assertDisk({ free: 149 * M, total: 1000 * M }));
    expect(failure?.message).toBe(
      'the disk of the node is 86 % full (149M of 1000M free); at least 15 % must be free: run `prune`, or enlarge the volume',
    );
    expect(failure?.exitCode).toBe(ExitCode.VerificationFailed);
  });
});

describe('a size', () => {
  it.each([
    ['0', 0],
    ['512', 512],
    ['1b', 1],
    ['1k', 1024],
    ['1KB', 1024],
    ['1KiB', 1024],
    ['256M', 256 * M],
    ['256mb', 256 * M],
    ['1.5g', 1.5 * 1024 * M],
    ['2T', 2 * 1024 ** 2 * M],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'M', '-1M', '1 M', '1X', '1e3', '0x10', '1M1', '.5M', '1,5M', '1'.repeat(13)])('is not %j', text => {
    expect(parseSize(text)).toBeUndefined();
  });

  it('is shown in whole MiB', () => {
    expect([0, M - 1, M, 1.9 * M, 2048 * M].map(describeSize)).toEqual(['0M', '0M', '1M', '1M', '2048M']);
  });
});

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['5s', 5000],
    ['500ms', 500],
    ['1m30s', 90_000],
    ['2m', 120_000],
    ['1h1m1s1ms', 3_661_001],
  ])('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 's', '-5s', '5 s', '1.5s', '5s1m', '1d', '5S', '1m 30s'])('is not %j', text => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
