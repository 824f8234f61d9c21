import type { Samples } from '../samples';
import type { Score } from './contest';

/** The scores of one workload on one server as a text table. */
export function scoreTable(title: string, scores: readonly Score[]): string {
  const rows = [
    ['client', 'seconds, median (range)', 'x floor', 'memory MB (range)', 'failures'],
    ...scores.map(({ client, milliseconds, memory, failures, ratio }) => [
      client,
      milliseconds ? shown(milliseconds, 1_000, 2) : '-',
      ratio === undefined ? '-' : ratio.toFixed(2),
      memory ? shown(memory, 1, 0) : '-',
      failures.length === 0 ? '0' : `${failures.length}: ${failures[0] ?? ''}`,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const lines = rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines].join('\n');
}

/** A score as one flat object, for `--json`. */
export function scoreAsJson(server: string, workload: string, score: Score): Record<string, unknown> {
  const numbers = (samples: Samples | undefined) =>
    samples && { median: samples.median, least: samples.least, most: samples.most };
  const { client, milliseconds, memory, failures, ratio } = score;
  return { server, workload, client, milliseconds: numbers(milliseconds), memory: numbers(memory), ratio, failures };
}

/** What was promised about a score, and whether it was kept. */
export interface Promised {
  readonly what: string;
  readonly value: number | undefined;
  readonly limit: number;
}

export function isPromiseKept({ value, limit }: Promised): boolean {
  return value !== undefined && value <= limit;
}

export function promiseLine(promised: Promised): string {
  const value = promised.value === undefined ? 'nothing' : promised.value.toFixed(2);
  return `${isPromiseKept(promised) ? 'ok    ' : 'not ok'}  ${promised.what}: ${value} (at most ${promised.limit})`;
}

function shown({ median, least, most }: Samples, unit: number, digits: number): string {
  const number = (value: number) => (value / unit).toFixed(digits);
  return `${number(median)} (${number(least)}-${number(most)})`;
}
