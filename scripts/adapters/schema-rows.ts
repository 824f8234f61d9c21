import type { Check, Column, ForeignKey, Index, Table } from '../domain/migration/fingerprint-schema';

export interface TableRow {
  readonly name: string;
  readonly kind: string;
  readonly engine: string | null;
  readonly collation: string | null;
  readonly rowFormat: string | null;
  readonly options: string | null;
  readonly comment: string | null;
}

export interface ColumnRow {
  readonly tableName: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: 'YES' | 'NO';
  readonly standard: string | null;
  readonly collation: string | null;
  readonly extra: string;
  readonly expression: string | null;
  readonly comment: string;
}

export interface IndexRow {
  readonly tableName: string;
  readonly name: string;
  readonly nonUnique: number;
  readonly part: string | null;
  readonly expression: string | null;
  readonly direction: 'A' | 'D' | null;
  readonly prefix: number | null;
  readonly type: string;
  readonly visible: 'YES' | 'NO';
  readonly comment: string;
}

export interface KeyRow {
  readonly tableName: string;
  readonly name: string;
  readonly part: string;
  readonly targetSchema: string;
  readonly target: string;
  readonly targetPart: string;
}

export interface KeyRuleRow {
  readonly tableName: string;
  readonly name: string;
  readonly onDelete: string;
  readonly onUpdate: string;
}

export interface CheckRow {
  readonly tableName: string;
  readonly name: string;
  readonly clause: string;
  readonly enforced: 'YES' | 'NO';
}

export interface PartitionRow {
  readonly tableName: string;
  readonly name: string;
  readonly subName: string | null;
  readonly method: string;
  readonly expression: string | null;
  readonly subMethod: string | null;
  readonly subExpression: string | null;
  readonly description: string | null;
  readonly comment: string | null;
}

export function tableOf(row: TableRow): Omit<Table, 'columns' | 'indexes' | 'foreignKeys' | 'checks' | 'partitions'> {
  return {
    name: row.name,
    kind: row.kind,
    engine: row.engine ?? '',
    collation: row.collation ?? '',
    rowFormat: row.rowFormat ?? '',
    options: row.options ?? '',
    comment: row.comment ?? '',
  };
}

export function columnOf(row: ColumnRow): Column {
  return {
    name: row.name,
    type: row.type,
    nullable: row.nullable === 'YES',
    // MariaDB spells "no default, but NULL is allowed" as the word NULL, which says nothing more than `nullable`.
    default: row.nullable === 'YES' && row.standard === 'NULL' ? null : row.standard,
    collation: row.collation,
    extra: row.extra,
    expression: row.expression ?? '',
    comment: row.comment,
  };
}

/** An index of its rows, which are in the order of its parts. */
export function indexOf(parts: readonly IndexRow[]): Index {
  const [first] = parts;
  return {
    name: first?.name ?? '',
    unique: Number(first?.nonUnique) === 0,
    type: first?.type ?? '',
    parts: parts.map(indexPart),
    visible: first?.visible === 'YES',
    comment: first?.comment ?? '',
  };
}

function indexPart(row: IndexRow): string {
  const what = row.part ?? `(${row.expression ?? ''})`;
  const length = row.prefix === null ? '' : `(${row.prefix})`;
  return `${what}${length}${row.direction === 'D' ? ' desc' : ''}`;
}

/** A foreign key of its rows, which are in the order of its columns. */
export function foreignKeyOf(parts: readonly KeyRow[], rules: readonly KeyRuleRow[], schema: string): ForeignKey {
  const [first] = parts;
  const rule = rules.find(({ name }) => name === first?.name);
  const target = first?.target ?? '';
  return {
    name: first?.name ?? '',
    columns: parts.map(({ part }) => part),
    table: first?.targetSchema === schema ? target : `${first?.targetSchema ?? ''}.${target}`,
    references: parts.map(({ targetPart }) => targetPart),
    onDelete: rule?.onDelete ?? '',
    onUpdate: rule?.onUpdate ?? '',
  };
}

export function checkOf(row: CheckRow): Check {
  return { name: row.name, clause: row.clause, enforced: row.enforced === 'YES' };
}

export function partitionLine(row: PartitionRow): string {
  const sub = row.subName === null ? '' : ` sub ${row.subName} by ${row.subMethod ?? ''} (${row.subExpression ?? ''})`;
  const values = row.description === null ? '' : ` values ${row.description}`;
  const comment = row.comment === null || row.comment === '' ? '' : ` comment ${row.comment}`;
  return `partition ${row.name} by ${row.method} (${row.expression ?? ''})${values}${sub}${comment}`;
}
