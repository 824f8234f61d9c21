import { canaryValue, type Literal } from './canary-value';
import { type Column, isAutoIncrement, mustBeGiven, type Table } from './fingerprint-schema';
import { quoteName } from './sql-name';

/**
 * Rows whose loss shows that a rollback loses data. They are numbered, and number n has the same value in every column of
 * a type, so that a foreign key that comes later finds the rows it needs.
 */
export interface CanaryTable {
  readonly table: string;
  /** All rows at once, which is what nearly every table takes. */
  readonly insert: string;
  /** For each row, what to try one after the other when it does not. */
  readonly attempts: readonly (readonly string[])[];
}

/** Numbers of the rows that stand in the tables while a migration and its rollback run. */
export const FIRST_ROWS: readonly number[] = [1, 2, 3];
/** For what does not look at rows, but must not fail on one of them. */
export const ROWS_WITHOUT_NULL: readonly number[] = [1, 2];
/** Numbers of the rows that are written after the last migration, as the new release would. */
export const LATER_ROWS: readonly number[] = [4, 5, 6];

/** The rows of all tables, a table after those it refers to. */
export function canaryRows(tables: readonly Table[], numbers: readonly number[]): CanaryTable[] {
  const byName = new Map(tables.map(table => [table.name, table]));
  return parentsFirst(tables).map(table => {
    const row = (number: number) => fullRow(table, byName, number);
    return {
      table: table.name,
      insert: insertOf(table, numbers.map(row)),
      attempts: numbers.map(number => attemptsAt(table, byName, number)),
    };
  });
}

/** MariaDB keeps JSON as text with a CHECK. */
const JSON_TEXT = `'{"canary": true}'`;

type Row = ReadonlyMap<string, Literal>;

/** A value for every column; every third row has NULL where it may. */
function fullRow(table: Table, tables: ReadonlyMap<string, Table>, number: number): Row {
  return new Map(
    table.columns.filter(isWritable).map(column => {
      const absent = column.nullable && number % FIRST_ROWS.length === 0;
      return [column.name, absent ? 'NULL' : valueOf(table, column, tables, number)];
    }),
  );
}

/** What a table with a CHECK or an unusual type may take, from the fullest row to the emptiest. */
function attemptsAt(table: Table, tables: ReadonlyMap<string, Table>, number: number): string[] {
  const full = fullRow(table, tables, number);
  const needed = new Set(table.columns.filter(mustBeGiven).map(({ name }) => name));
  const least = new Map([...full].filter(([name]) => needed.has(name)));
  const hints = checkedValues(table);
  const hinted = (row: Row, at: number): Row =>
    new Map([...row].map(([name, value]) => [name, hints.get(name)?.at(at % (hints.get(name)?.length ?? 1)) ?? value]));
  const depth = Math.max(0, ...[...hints.values()].map(values => values.length));
  const guesses = Array.from({ length: depth }, (_, at) => [hinted(full, at + number), hinted(least, at + number)]);
  return [full, least, ...guesses.flat()].map(row => insertOf(table, [row]));
}

function insertOf(table: Table, rows: readonly Row[]): string {
  const names = [...(rows[0]?.keys() ?? [])];
  const values = rows.map(row => `(${names.map(name => row.get(name) ?? 'DEFAULT').join(', ')})`);
  return `INSERT INTO ${quoteName(table.name)} (${names.map(quoteName).join(', ')}) VALUES ${values.join(', ')}`;
}

/** A column of a foreign key takes the value of the column that it refers to, through as many tables as there are. */
function valueOf(table: Table, column: Column, tables: ReadonlyMap<string, Table>, number: number): Literal {
  let [here, source] = [table, column];
  for (let depth = 0; depth < tables.size; depth += 1) {
    const key = here.foreignKeys.find(({ columns }) => columns.includes(source.name));
    const target = key && tables.get(key.table);
    const name = key?.references[key.columns.indexOf(source.name)];
    const next = target?.columns.find(candidate => candidate.name === name);
    if (target === undefined || next === undefined || (target === here && next === source)) break;
    [here, source] = [target, next];
  }
  return canaryValue(source, number, isKey(here, source));
}

/** A flag is true or false, unless rows are told apart by it. */
function isKey(table: Table, column: Column): boolean {
  return isAutoIncrement(column) || table.indexes.some(({ unique, parts }) => unique && parts.includes(column.name));
}

function isWritable(column: Column): boolean {
  return column.expression === '' && !/GENERATED ALWAYS|STORED GENERATED|VIRTUAL GENERATED/i.test(column.extra);
}

/** Literals of the CHECK constraints, and the numbers next to them: one of them usually satisfies the constraint. */
function checkedValues(table: Table): Map<string, Literal[]> {
  const found = new Map<string, Literal[]>();
  for (const { name } of table.columns) {
    const clauses = table.checks.filter(({ clause }) => clause.includes(quoteName(name))).map(({ clause }) => clause);
    const isJson = clauses.some(clause => /\bjson_valid\b/i.test(clause));
    const values = isJson ? [JSON_TEXT] : clauses.flatMap(literalsIn);
    if (values.length > 0) found.set(name, [...new Set(values)]);
  }
  return found;
}

function literalsIn(clause: string): Literal[] {
  // MySQL writes the quotes of a literal with a backslash.
  const plain = clause.replaceAll("\\'", "'");
  const texts = [...plain.matchAll(/'[^']*'/g)].map(([text]) => text);
  const numbers = [...plain.matchAll(/(?<![\w`'.])-?\d+(?:\.\d+)?(?![\w`'])/g)].map(([text]) => Number(text));
  return [...texts, ...numbers.flatMap(number => [number, number + 1, number - 1].map(String))];
}

/** Orders tables so that a foreign key points back; tables that refer to each other in a circle stay as they are. */
function parentsFirst(tables: readonly Table[]): Table[] {
  const byName = new Map(tables.map(table => [table.name, table]));
  const ordered = new Set<Table>();
  const begun = new Set<Table>();
  const visit = (table: Table): void => {
    if (begun.has(table)) return;
    begun.add(table);
    for (const { table: parent } of table.foreignKeys) {
      const target = byName.get(parent);
      if (target) visit(target);
    }
    ordered.add(table);
  };
  tables.forEach(visit);
  return [...ordered];
}
