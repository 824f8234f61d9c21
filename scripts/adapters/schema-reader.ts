import { type Fingerprint, fingerprintOf } from '../domain/migration/fingerprint';
import type {
  Check,
  Column,
  ForeignKey,
  Index,
  SchemaHeader,
  SchemaModel,
  StoredProgram,
  Table,
} from '../domain/migration/fingerprint-schema';
import { queriesFor, type SchemaQueries } from './schema-queries';
import * as programs from './schema-program-rows';
import * as rows from './schema-rows';

/** What the reader needs of a connection. */
export interface Queries {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/**
 * Reads a schema from information_schema: a dozen queries whatever its size. Columns that the server computes from the
 * data (row counts, cardinality, the next AUTO_INCREMENT) are not asked for: they are no part of the schema, and MariaDB
 * opens every table for them.
 *
 * @param excluded  tables that are no part of the schema, such as the history of migrations
 */
export async function readSchema(
  connection: Queries,
  schema: string,
  excluded: readonly string[] = [],
): Promise<SchemaModel> {
  const ask = <Row extends object>(sql: string) => connection.query<Row>(sql, [schema]);
  const header = await readHeader(connection, schema);
  const sql = queriesFor(header.brand);
  const all = (await ask<rows.TableRow>(sql.tables)).filter(({ name }) => !excluded.includes(name));
  const partitioned = all.some(({ options }) => (options ?? '').includes('partitioned'));

  const columns = byTable(await ask<rows.ColumnRow>(sql.columns));
  const indexes = byTable(await ask<rows.IndexRow>(sql.indexes));
  const keys = byTable(await ask<rows.KeyRow>(sql.foreignKeys));
  const keyRules = byTable(keys.size === 0 ? [] : await ask<rows.KeyRuleRow>(sql.foreignKeyRules));
  const checks = byTable(await ask<rows.CheckRow>(sql.checks));
  const partitions = byTable(partitioned ? await ask<rows.PartitionRow>(sql.partitions) : []);

  const tables = all
    .filter(({ kind }) => !kind.includes('VIEW'))
    .map((table): Table => ({
      ...rows.tableOf(table),
      columns: (columns.get(table.name) ?? []).map((row): Column => rows.columnOf(row)),
      indexes: groups(indexes.get(table.name)).map((parts): Index => rows.indexOf(parts)),
      foreignKeys: groups(keys.get(table.name)).map((parts): ForeignKey =>
        rows.foreignKeyOf(parts, keyRules.get(table.name) ?? [], schema),
      ),
      checks: (checks.get(table.name) ?? []).map((row): Check => rows.checkOf(row)),
      partitions: (partitions.get(table.name) ?? []).map(row => rows.partitionLine(row)),
    }));
  return { header, tables, programs: await readPrograms(connection, schema, all, sql, excluded) };
}

export async function readFingerprint(
  connection: Queries,
  schema: string,
  excluded: readonly string[] = [],
): Promise<Fingerprint> {
  return fingerprintOf(await readSchema(connection, schema, excluded));
}

/** What the server is, for the head of a snapshot. */
async function readHeader(connection: Queries, schema: string): Promise<SchemaHeader> {
  const settings = await connection.query<{ Variable_name: string; Value: string }>(
    "SHOW VARIABLES WHERE Variable_name IN ('version', 'lower_case_table_names', " +
      "'sql_generate_invisible_primary_key', 'sql_require_primary_key')",
  );
  const value = new Map(settings.map(row => [row.Variable_name, row.Value]));
  const [database] = await connection.query<{ collation: string }>(
    'SELECT DEFAULT_COLLATION_NAME AS collation FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?',
    [schema],
  );
  const version = value.get('version') ?? '';
  return {
    brand: version.includes('MariaDB') ? 'mariadb' : 'mysql',
    version: /^[\d.]+/.exec(version)?.[0] ?? version,
    lowerCaseTableNames: Number(value.get('lower_case_table_names') ?? 0),
    collation: database?.collation ?? '',
    generatesInvisiblePrimaryKey: value.get('sql_generate_invisible_primary_key') === 'ON',
    requiresPrimaryKey: value.get('sql_require_primary_key') === 'ON',
  };
}

async function readPrograms(
  connection: Queries,
  schema: string,
  tables: readonly rows.TableRow[],
  sql: SchemaQueries,
  excluded: readonly string[],
): Promise<StoredProgram[]> {
  const ask = <Row extends object>(text: string) => connection.query<Row>(text, [schema]);
  const views = tables.some(({ kind }) => kind.includes('VIEW')) ? await ask<programs.ViewRow>(sql.views) : [];
  const triggers = await ask<programs.TriggerRow>(sql.triggers);
  const routines = await ask<programs.RoutineRow>(sql.routines);
  // MariaDB opens every routine of the server for its parameters.
  const parameters = routines.length === 0 ? [] : await ask<programs.ParameterRow>(sql.parameters);
  const events = await ask<programs.EventRow>(sql.events);
  return [
    ...views.map(row => programs.viewOf(row, schema)),
    ...triggers.filter(({ tableName }) => !excluded.includes(tableName)).map(row => programs.triggerOf(row)),
    ...routines.map(row => programs.routineOf(row, parameters)),
    ...events.map(row => programs.eventOf(row)),
  ];
}

function byTable<Row extends { readonly tableName: string }>(all: readonly Row[]): Map<string, Row[]> {
  return grouped(all, row => row.tableName);
}

/** Rows of the same name, each group in the order in which the server gave it. */
function groups<Row extends { readonly name: string }>(all: readonly Row[] | undefined): Row[][] {
  return [...grouped(all ?? [], row => row.name).values()];
}

function grouped<Row>(all: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of all) {
    const key = keyOf(row);
    const group = found.get(key);
    if (group === undefined) found.set(key, [row]);
    else group.push(row);
  }
  return found;
}
