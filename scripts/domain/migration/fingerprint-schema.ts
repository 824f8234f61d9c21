/** What a server is, as far as it changes how a schema is spelled. Kept at the head of every snapshot. */
export interface SchemaHeader {
  readonly brand: 'mariadb' | 'mysql';
  /** As the server tells it, e.g. `10.11.19` or `9.7.4`. */
  readonly version: string;
  readonly lowerCaseTableNames: number;
  /** Default collation of the schema. */
  readonly collation: string;
  /** MySQL gives a table without a primary key a hidden one. */
  readonly generatesInvisiblePrimaryKey: boolean;
  readonly requiresPrimaryKey: boolean;
}

export interface Column {
  readonly name: string;
  /** The full type, e.g. `int(10) unsigned` or `enum('a','b')`. */
  readonly type: string;
  readonly nullable: boolean;
  /** The default as the server spells it; null when there is none. */
  readonly default: string | null;
  readonly collation: string | null;
  /** `auto_increment`, `on update ...`, `VIRTUAL GENERATED`, `INVISIBLE`, ... */
  readonly extra: string;
  /** Of a generated column. */
  readonly expression: string;
  readonly comment: string;
}

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  readonly type: string;
  /** Columns or expressions, with prefix length and direction. */
  readonly parts: readonly string[];
  readonly visible: boolean;
  readonly comment: string;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}

export interface Check {
  readonly name: string;
  readonly clause: string;
  readonly enforced: boolean;
}

export interface Table {
  readonly name: string;
  /** `BASE TABLE` or what the server has besides, e.g. `SEQUENCE`. Views stand in `SchemaModel.programs`. */
  readonly kind: string;
  readonly engine: string;
  readonly collation: string;
  readonly rowFormat: string;
  readonly options: string;
  readonly comment: string;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly Check[];
  /** Each as one line. */
  readonly partitions: readonly string[];
}

/** What is stored as text: a view, a trigger, a routine, an event. */
export interface StoredProgram {
  readonly kind: 'view' | 'trigger' | 'procedure' | 'function' | 'event';
  readonly name: string;
  /** Properties, each as one line, e.g. `before insert on users`. */
  readonly properties: readonly string[];
  readonly body: string;
}

/** A schema without what changes by itself: counters, row counts, cardinality and times. */
export interface SchemaModel {
  readonly header: SchemaHeader;
  readonly tables: readonly Table[];
  readonly programs: readonly StoredProgram[];
}

/**
 * Servers of one family spell a schema in the same way. Two texts of different families differ in spelling alone (`int`
 * and `int(11)`), so they are never compared.
 */
export function familyOf(header: Pick<SchemaHeader, 'brand' | 'version'>): string {
  return `${header.brand} ${header.version.split('.')[0] ?? ''}`;
}

/** Whether a column refuses a row that does not name it. */
export function mustBeGiven(column: Column): boolean {
  return !column.nullable && column.default === null && column.expression === '' && !isAutoIncrement(column);
}

export function isAutoIncrement(column: Column): boolean {
  return /\bauto_increment\b/i.test(column.extra);
}
