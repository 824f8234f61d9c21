import type { LintRemark } from './lint-rules';
import { quoteName } from './sql-name';
import { sqlTokens } from './sql-tokens';
import { classify } from './statement-class';

/** How a server changes a table, from what nobody notices to what stops everybody who writes. */
const ALGORITHMS = {
  INSTANT: 'only the definition changes',
  'INPLACE, LOCK=NONE': 'reads and writes go on',
  INPLACE: 'writes wait until it is done',
  COPY: 'the table is copied, writes wait until it is done',
} as const;

export type Algorithm = keyof typeof ALGORITHMS;

/** A table of the database that the migration is meant for. */
export interface TableSize {
  readonly bytes: number;
  readonly rows: number;
}

/** What is known of a statement that changes a table. */
export interface AlgorithmAnswer {
  readonly line: number;
  readonly table: string;
  /** Absent when the server takes the statement only as it stands. */
  readonly algorithm: Algorithm | undefined;
  readonly size: TableSize | undefined;
}

export interface Attempt {
  readonly algorithm: Algorithm;
  readonly sql: string;
}

/** Smaller tables are changed before anybody waits long enough to notice. */
const LARGE_BYTES = 100 * 1024 * 1024;

/**
 * The forms of a statement that name an algorithm, cheapest first: the server refuses those that it cannot do, and an
 * ALTER is done or not done. None for statements that are no change of a table, or that name their algorithm.
 */
export function algorithmAttempts(sql: string): Attempt[] {
  const what = classify(sql);
  if (what.kind !== 'ddl' || !(what.verb === 'ALTER TABLE' || what.verb.endsWith('INDEX'))) return [];
  if (sqlTokens(sql).some(({ kind, text }) => kind === 'word' && text === 'ALGORITHM')) return [];
  const alter = what.verb === 'DROP INDEX' ? dropIndexAsAlter(sql, what.objects[0]?.name ?? '') : sql;
  const separator = what.verb === 'CREATE INDEX' ? ' ' : ', ';
  return (Object.keys(ALGORITHMS) as Algorithm[]).map(algorithm => {
    const options = `ALGORITHM=${algorithm}`.split(', ').join(separator);
    // On a line of its own, as the statement may end with a comment.
    return { algorithm, sql: `${alter}\n${separator.trim()} ${options}` };
  });
}

/** MariaDB takes no algorithm for DROP INDEX. */
function dropIndexAsAlter(sql: string, table: string): string {
  const tokens = sqlTokens(sql);
  const index = tokens[tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'ON') - 1]?.raw ?? '';
  return `ALTER TABLE ${quoteName(table)} DROP INDEX ${quoteName(index)}`;
}

/** E.g. `engine4_users: COPY of 12.0 GB: the table is copied, ...`. */
export function renderAnswer({ table, algorithm, size }: AlgorithmAnswer): string {
  if (algorithm === undefined) return `${table}: the server does not tell how it does this`;
  const amount = size === undefined ? '' : ` of ${amountOf(size.bytes)} (about ${size.rows} rows)`;
  return `${table}: ${algorithm}${amount}: ${ALGORITHMS[algorithm]}`;
}

/** What to hold against a statement; nothing while the table is small, and nothing certain while its size is unknown. */
export function algorithmRemarks(answer: AlgorithmAnswer): LintRemark[] {
  const { algorithm, size, line, table } = answer;
  if (algorithm !== 'COPY' && algorithm !== 'INPLACE') return [];
  if (size === undefined || size.bytes < LARGE_BYTES) return [];
  const rule = algorithm === 'COPY' ? 'copy' : 'blocks-writes';
  const message = `writes to ${table} wait while the server goes through ${amountOf(size.bytes)}`;
  return [
    { rule, line, message, next: 'split the change so that each part is INSTANT or INPLACE, or use a quiet hour' },
  ];
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

function amountOf(bytes: number): string {
  const step = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  return `${(bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${UNITS[step] ?? ''}`;
}
