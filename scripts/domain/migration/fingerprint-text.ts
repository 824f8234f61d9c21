import type { Check, Column, ForeignKey, Index, SchemaModel, StoredProgram, Table } from './fingerprint-schema';

/**
 * A schema as text: an object starts at the margin, and each of its lines is indented. Made to be read in a review and
 * compared line by line, so the order is that of the names, except for columns, whose order matters.
 */
export function schemaText(schema: SchemaModel): string {
  const objects = [
    `database\n  default collation ${schema.header.collation}`,
    ...schema.tables.map(tableText).sort(),
    ...schema.programs.map(programText).sort(),
  ];
  return `${objects.join('\n\n')}\n`;
}

function tableText(table: Table): string {
  const properties = [
    ...(table.kind === 'BASE TABLE' ? [] : [`kind ${table.kind}`]),
    `engine ${table.engine}, collation ${table.collation}, row format ${table.rowFormat}${options(table)}`,
    ...(table.comment === '' ? [] : [`comment ${quoted(table.comment)}`]),
  ];
  const lines = [
    ...properties,
    ...table.columns.map(columnLine),
    ...table.indexes.map(indexLine).sort(),
    ...table.foreignKeys.map(foreignKeyLine).sort(),
    ...table.checks.map(checkLine).sort(),
    ...table.partitions,
  ];
  return [`table ${table.name}`, ...lines.map(line => `  ${line}`)].join('\n');
}

function options(table: Table): string {
  return table.options === '' ? '' : `, options ${table.options}`;
}

function columnLine(column: Column): string {
  return [
    `column ${column.name} ${column.type}`,
    ...(column.collation === null ? [] : [`collate ${column.collation}`]),
    column.nullable ? 'null' : 'not null',
    ...(column.default === null ? [] : [`default ${escaped(column.default)}`]),
    ...(column.extra === '' ? [] : [column.extra]),
    ...(column.expression === '' ? [] : [`as (${escaped(column.expression)})`]),
    ...(column.comment === '' ? [] : [`comment ${quoted(column.comment)}`]),
  ].join(' ');
}

function indexLine(index: Index): string {
  const name = index.name === 'PRIMARY' ? 'primary key' : `${index.unique ? 'unique ' : ''}index ${index.name}`;
  return [
    `${name} (${index.parts.join(', ')}) ${index.type.toLowerCase()}`,
    ...(index.visible ? [] : ['ignored by the optimizer']),
    ...(index.comment === '' ? [] : [`comment ${quoted(index.comment)}`]),
  ].join(' ');
}

function foreignKeyLine(key: ForeignKey): string {
  const target = `${key.table} (${key.references.join(', ')})`;
  const rules = `on delete ${key.onDelete.toLowerCase()} on update ${key.onUpdate.toLowerCase()}`;
  return `foreign key ${key.name} (${key.columns.join(', ')}) references ${target} ${rules}`;
}

function checkLine(check: Check): string {
  return `check ${check.name} (${escaped(check.clause)})${check.enforced ? '' : ' not enforced'}`;
}

function programText(program: StoredProgram): string {
  const body = program.body.split(/\r?\n/).map(line => `| ${line}`);
  const lines = [...program.properties, ...body].map(line => `  ${line}`.trimEnd());
  return [`${program.kind} ${program.name}`, ...lines].join('\n');
}

/** A line break in a comment or a default must not start a line of its own. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function quoted(text: string): string {
  return `'${escaped(text).replaceAll("'", "''")}'`;
}
