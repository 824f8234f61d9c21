import type { Column, Table } from './fingerprint-schema';
import { quoteName, quoteText } from './sql-name';

/** What a table holds: how many rows, and a sum over the values of each column. */
interface TableContent {
  readonly rows: number;
  /** Sum by column; `*` is the sum over whole rows. */
  readonly sums: ReadonlyMap<string, string>;
}

export type Content = ReadonlyMap<string, TableContent>;

/** One row of the answer to `contentQuery`. */
export interface ContentRow {
  readonly name: string;
  readonly total: number;
  readonly sums: string;
}

/** Data that was there and is not any more, or that was not and is. */
export interface ContentDifference {
  readonly table: string;
  /** E.g. `3 rows before, 0 after` or `values of body, title differ`. */
  readonly what: string;
}

/** A table that belongs to the database itself, or has no rows of its own, is not read. */
export function tablesWithRows(tables: readonly Table[]): Table[] {
  return tables.filter(table => table.kind === 'BASE TABLE' || table.kind === 'SYSTEM VERSIONED');
}

/**
 * Asks for the content of several tables at once. CHECKSUM TABLE would say that something differs, but not what; and it
 * depends on the order of the columns and the row format.
 */
export function contentQuery(tables: readonly Table[]): string {
  return tables.map(oneQuery).join(' UNION ALL ');
}

function oneQuery(table: Table): string {
  const values = compared(table).map(({ name }) => `CRC32(IFNULL(CONCAT('=', ${quoteName(name)}), '-'))`);
  const whole = `CRC32(CONCAT_WS(',', ${values.join(', ')}))`;
  const sums = [whole, ...values].map(value => `IFNULL(SUM(${value}), 0)`).join(', ');
  return `(SELECT ${quoteText(table.name)} AS name, COUNT(*) AS total, CONCAT_WS(',', ${sums}) AS sums FROM ${quoteName(table.name)})`;
}

export function contentOf(tables: readonly Table[], rows: readonly ContentRow[]): Content {
  const byName = new Map(rows.map(row => [row.name, row]));
  return new Map(
    tables.map(table => {
      const row = byName.get(table.name);
      const sums = (row?.sums ?? '').split(',');
      const names = ['*', ...compared(table).map(({ name }) => name)];
      return [
        table.name,
        { rows: row?.total ?? 0, sums: new Map(names.map((name, index) => [name, sums[index] ?? ''])) },
      ];
    }),
  );
}

/** What of the content before is not the same after. */
export function contentDifferences(before: Content, after: Content): ContentDifference[] {
  return [...before].flatMap(([table, was]): ContentDifference[] => {
    const is = after.get(table);
    if (is === undefined) return [];
    if (was.rows !== is.rows) return [{ table, what: `${was.rows} rows before, ${is.rows} after` }];
    const columns = [...was.sums].filter(([name, sum]) => is.sums.has(name) && is.sums.get(name) !== sum);
    const names = columns.map(([name]) => name).filter(name => name !== '*');
    if (columns.length === 0) return [];
    const what = names.length === 0 ? 'values moved between rows' : `values of ${names.join(', ')} differ`;
    return [{ table, what: `${what} (${was.rows} rows)` }];
  });
}

/** A time that the server sets at every change says only that something was changed and changed back. */
function compared(table: Table): Column[] {
  return table.columns.filter(({ extra }) => !/on update/i.test(extra));
}
