import { type Column, mustBeGiven, type SchemaModel, type Table } from './fingerprint-schema';
import type { LintRemark } from './lint-rules';

/** A statement as the server did it. */
export interface SchemaChange {
  readonly line: number;
  readonly before: SchemaModel;
  readonly after: SchemaModel;
  /** The schema that the running release works with: what came later concerns nobody yet. */
  readonly released: SchemaModel;
  readonly phase: 'expand' | 'contract';
  readonly foreignKeyChecks: boolean;
}

/** What a statement does to the release that is running; read from the schema before and after it, not from its text. */
export function changeRemarks(change: SchemaChange): LintRemark[] {
  const remarks = [...newTables(change), ...foreignKeys(change)];
  return change.phase === 'contract' ? remarks : [...remarks, ...removals(change), ...columnChanges(change)];
}

function newTables({ before, after, line }: SchemaChange): LintRemark[] {
  return after.tables
    .filter(table => table.kind === 'BASE TABLE' && tableOf(before, table.name) === undefined)
    .filter(table => !table.indexes.some(({ name }) => name === 'PRIMARY'))
    .filter(table => !before.tables.some(({ columns }) => sameColumns(columns, table.columns)))
    .map(({ name }) => ({
      rule: 'no-primary-key',
      line,
      message: `${name} has no primary key`,
      next: 'give it one, if need be a number that nothing else uses',
    }));
}

function foreignKeys({ before, after, released, line, foreignKeyChecks }: SchemaChange): LintRemark[] {
  if (!foreignKeyChecks) return [];
  return after.tables.flatMap(table => {
    const was = tableOf(before, table.name);
    if (was === undefined || tableOf(released, table.name) === undefined) return [];
    const added = table.foreignKeys.filter(key => !was.foreignKeys.some(({ name }) => name === key.name));
    return added.map((key): LintRemark => {
      const orphans = `SELECT ... LEFT JOIN ${key.table} ... WHERE ${key.table}.${key.references[0] ?? ''} IS NULL`;
      return {
        rule: 'foreign-key-with-checks',
        line,
        message: `adding ${key.name} to ${table.name} copies the table and checks every row, writes blocked`,
        next: `look for orphans first (${orphans}), then SET foreign_key_checks = 0 before the statement`,
      };
    });
  });
}

function removals({ before, after, released, line }: SchemaChange): LintRemark[] {
  return released.tables.flatMap((table): LintRemark[] => {
    if (tableOf(before, table.name) === undefined) return [];
    const is = tableOf(after, table.name);
    if (is === undefined) return [removal(line, `table ${table.name}`)];
    const had = tableOf(before, table.name)?.columns ?? [];
    return table.columns
      .filter(({ name }) => had.some(column => column.name === name) && !columnOf(is, name))
      .map(({ name }) => removal(line, `column ${table.name}.${name}`));
  });
}

function removal(line: number, what: string): LintRemark {
  return {
    rule: 'removes-in-expand',
    line,
    message: `${what} goes away (dropped or renamed) while the running release uses it`,
    next: 'release code that does without it first, then do this with "-- phase: contract"',
  };
}

function columnChanges({ before, after, released, line }: SchemaChange): LintRemark[] {
  return released.tables.flatMap(({ name: tableName }) => {
    const was = tableOf(before, tableName);
    const is = tableOf(after, tableName);
    if (!was || !is) return [];
    return is.columns.flatMap((column): LintRemark[] => {
      const old = columnOf(was, column.name);
      const where = `${tableName}.${column.name}`;
      if (mustBeGiven(column) && !(old && mustBeGiven(old))) return [needed(line, where)];
      const narrowed = old && narrowing(old, column);
      return narrowed === undefined ? [] : [narrows(line, where, narrowed)];
    });
  });
}

function needed(line: number, where: string): LintRemark {
  return {
    rule: 'not-null-without-default',
    line,
    message: `${where} is NOT NULL without a default, and the running release inserts rows without it`,
    next: 'give it a DEFAULT or allow NULL now, and take that back in a contract migration',
  };
}

function narrows(line: number, where: string, how: string): LintRemark {
  return {
    rule: 'narrows-in-expand',
    line,
    message: `${where} ${how}, which the running release may still write`,
    next: 'do it with "-- phase: contract" after the release that does not write it any more',
  };
}

/** In which way a column takes less than it did. */
function narrowing(was: Column, is: Column): string | undefined {
  if (was.nullable && !is.nullable) return 'refuses NULL';
  const lost = membersOf(was).filter(member => !membersOf(is).includes(member));
  if (membersOf(is).length > 0 && lost.length > 0) return `loses the member ${lost.join(', ')}`;
  const [before, after] = [lengthOf(was), lengthOf(is)];
  if (before !== undefined && after !== undefined && after < before)
    return `shrinks from ${before} to ${after} characters`;
  return undefined;
}

function membersOf({ type }: Column): string[] {
  return /^(enum|set)\(/i.test(type) ? (type.match(/'(?:[^']|'')*'/g) ?? []) : [];
}

function lengthOf({ type }: Column): number | undefined {
  const match = /^(?:var)?(?:char|binary)\((\d+)\)/i.exec(type);
  return match ? Number(match[1]) : undefined;
}

function tableOf(schema: SchemaModel, name: string): Table | undefined {
  return schema.tables.find(table => table.name === name);
}

function columnOf(table: Table, name: string): Column | undefined {
  return table.columns.find(column => column.name === name);
}

/** A table of the same columns was there before: it was only renamed. */
function sameColumns(one: readonly Column[], other: readonly Column[]): boolean {
  return one.length === other.length && one.every((column, index) => column.name === other[index]?.name);
}
