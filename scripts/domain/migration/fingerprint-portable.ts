import type { Column, ForeignKey, SchemaModel, Table } from './fingerprint-schema';

/**
 * A schema without the ordinary differences in spelling between MariaDB and MySQL, so that one lock file serves a laptop
 * with the one and a pipeline with the other. Expressions (checks, views, generated columns) stay as the server has them.
 * Not for drift or rollbacks, where `int(5)` and `int` are two things.
 */
export function portable(schema: SchemaModel): SchemaModel {
  return { ...schema, tables: schema.tables.map(portableTable) };
}

function portableTable(table: Table): Table {
  const json = new Set(
    table.checks.filter(({ name, clause }) => clause === `json_valid(\`${name}\`)`).map(({ name }) => name),
  );
  return {
    ...table,
    columns: table.columns.map(column => (json.has(column.name) ? jsonColumn(column) : portableColumn(column))),
    foreignKeys: table.foreignKeys.map(portableKey),
    checks: table.checks.filter(({ name }) => !json.has(name)),
  };
}

/** MariaDB keeps JSON as text with a CHECK. */
function jsonColumn(column: Column): Column {
  return { ...column, type: 'json', collation: null };
}

function portableColumn(column: Column): Column {
  const type =
    column.type === 'tinyint(1)' || column.type.includes('zerofill') ? column.type : withoutWidth(column.type);
  const isExpression = column.extra.includes('DEFAULT_GENERATED');
  const standard = column.default === null ? null : portableDefault(column.default, type, isExpression);
  const extra = withoutParentheses(column.extra.replace(/\s*DEFAULT_GENERATED\s*/g, ' ').trim());
  return { ...column, type, default: standard, extra };
}

/** The width with which an integer was once shown. */
function withoutWidth(type: string): string {
  return type.replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1');
}

/** MariaDB quotes a text, MySQL does not. */
function portableDefault(standard: string, type: string, isExpression: boolean): string {
  if (/^current_timestamp/i.test(standard)) return withoutParentheses(standard);
  const isNumber = /^(tinyint|smallint|mediumint|int|bigint|decimal|float|double|bit)\b/.test(type);
  if (isExpression || isNumber || /^'.*'$/s.test(standard)) return standard;
  return `'${standard.replaceAll("'", "''")}'`;
}

function withoutParentheses(text: string): string {
  return text.replace(/current_timestamp(\(\))?/gi, 'CURRENT_TIMESTAMP');
}

/** InnoDB treats the two alike; each brand has another name for what was not said. */
function portableKey(key: ForeignKey): ForeignKey {
  const rule = (name: string) => (name === 'NO ACTION' ? 'RESTRICT' : name);
  return { ...key, onDelete: rule(key.onDelete), onUpdate: rule(key.onUpdate) };
}
