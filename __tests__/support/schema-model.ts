import type {
  Column,
  SchemaHeader,
  SchemaModel,
  StoredProgram,
  Table,
} from '../../scripts/domain/migration/fingerprint-schema';
import type { Directives } from '../../scripts/domain/migration/directives';
import type { Migration } from '../../scripts/domain/migration/migration-files';

/** Parts of a schema for tests: what is not given is as plain as can be. */
export function column(name: string, type = 'int', rest: Partial<Column> = {}): Column {
  return {
    name,
    type,
    nullable: false,
    default: null,
    collation: null,
    extra: '',
    expression: '',
    comment: '',
    ...rest,
  };
}

export function table(name: string, columns: readonly Column[], rest: Partial<Table> = {}): Table {
  return {
    name,
    kind: 'BASE TABLE',
    engine: 'InnoDB',
    collation: 'utf8mb4_unicode_ci',
    rowFormat: 'Dynamic',
    options: '',
    comment: '',
    columns,
    indexes: [primaryKey(columns[0]?.name ?? 'id')],
    foreignKeys: [],
    checks: [],
    partitions: [],
    ...rest,
  };
}

export function primaryKey(part: string): Table['indexes'][number] {
  return { name: 'PRIMARY', unique: true, type: 'BTREE', parts: [part], visible: true, comment: '' };
}

export const HEADER: SchemaHeader = {
  brand: 'mysql',
  version: '8.4.3',
  lowerCaseTableNames: 0,
  collation: 'utf8mb4_unicode_ci',
  generatesInvisiblePrimaryKey: false,
  requiresPrimaryKey: false,
};

export function schema(
  tables: readonly Table[],
  programs: readonly StoredProgram[] = [],
  header: Partial<SchemaHeader> = {},
): SchemaModel {
  return { header: { ...HEADER, ...header }, tables, programs };
}

/** A migration that was read from a folder. */
export function migration(
  seq: number,
  directives: { up?: Partial<Directives>; down?: Partial<Directives> } = {},
): Migration {
  const file = (name: string, own: Partial<Directives> = {}) => ({
    name,
    path: `/migrations/${name}`,
    sha256: `${name} as it is`,
    bytes: 10,
    statements: 1,
    longest: { bytes: 10, line: 1 },
    writes: new Map<string, number>(),
    tables: [],
    usesSession: false,
    directives: { allow: [], ...own },
  });
  return {
    seq,
    name: `change ${seq}`,
    up: file(`(${seq}) change ${seq}.sql`, directives.up),
    down: file(`(${seq}) change ${seq}.rollback.sql`, directives.down),
  };
}
