import type { Samples } from './samples';

/** One promise about speed or size, and how it was kept. */
export interface Benchmark {
  readonly name: string;
  readonly unit: 'ms' | 'MB';
  readonly measured: Samples;
  /** What it is compared with, measured in the same run. */
  readonly peer?: { readonly name: string; readonly measured: Samples };
  /** The promise in words. */
  readonly target: string;
  /** The highest median that keeps the promise. */
  readonly limit: number;
}

export function isKept({ measured, limit }: Benchmark): boolean {
  return measured.median <= limit;
}

/** A benchmark as one flat object, for `--json`. */
export function asJson(benchmark: Benchmark): Record<string, unknown> {
  const { name, unit, measured, peer, target, limit } = benchmark;
  const numbers = ({ median, least, most }: Samples) => ({ median, least, most });
  return {
    name,
    unit,
    ...numbers(measured),
    ...(peer && { peer: { name: peer.name, ...numbers(peer.measured) } }),
    target,
    limit,
    kept: isKept(benchmark),
  };
}

/** The benchmarks as a text table: median and range, the peer's, the ratio, the target. */
export function table(benchmarks: readonly Benchmark[]): string {
  const rows = [
    ['what', 'median (range)', 'against', 'median (range)', 'ratio', 'target', ''],
    ...benchmarks.map(benchmark => [
      benchmark.name,
      shown(benchmark.measured, benchmark.unit),
      benchmark.peer?.name ?? '',
      benchmark.peer ? shown(benchmark.peer.measured, benchmark.unit) : '',
      benchmark.peer ? (benchmark.measured.median / benchmark.peer.measured.median).toFixed(2) : '',
      benchmark.target,
      isKept(benchmark) ? 'ok' : 'not ok',
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shown({ median, least, most }: Samples, unit: string): string {
  return `${median.toFixed(0)} ${unit} (${least.toFixed(0)}-${most.toFixed(0)})`;
}
