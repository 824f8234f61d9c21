import type { Connection } from 'mysql2/promise';

/** Rows of a query as text, whatever the types of its columns. */
export async function rowsOf(connection: Connection, sql: string): Promise<Record<string, string>[]> {
  const [rows] = await connection.query({ sql, dateStrings: true });
  return (rows as Record<string, unknown>[]).map(row =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, text(value)])),
  );
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('hex') : JSON.stringify(value);
}

/** The runner's own tables, which tell how a schema came about and not what it is. */
const HISTORY = 'schema_migration';

/** How each object shows its definition: the statement, the column of the answer. */
const DEFINITIONS = {
  'BASE TABLE': ['SHOW CREATE TABLE', 'Create Table'],
  VIEW: ['SHOW CREATE VIEW', 'Create View'],
  TRIGGER: ['SHOW CREATE TRIGGER', 'SQL Original Statement'],
  PROCEDURE: ['SHOW CREATE PROCEDURE', 'Create Procedure'],
} as const;

/**
 * All that a schema holds, definitions and rows, as text to compare. It is written without the runner's fingerprint, so
 * that a fingerprint which overlooks something cannot hide it here as well.
 */
export async function stateOf(connection: Connection): Promise<string> {
  const objects = await rowsOf(
    connection,
    `SELECT table_type AS kind, table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()
     UNION ALL SELECT 'TRIGGER', trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()
     UNION ALL SELECT routine_type, routine_name FROM information_schema.routines WHERE routine_schema = DATABASE()
     ORDER BY kind, name`,
  );
  const lines: string[] = [];
  for (const { kind, name } of objects) {
    if (name!.startsWith(HISTORY)) continue;
    const [show, column] = DEFINITIONS[kind as keyof typeof DEFINITIONS];
    const [definition] = await rowsOf(connection, `${show} \`${name}\``);
    lines.push(definition![column]!.replace(/ AUTO_INCREMENT=\d+/, ''));
    if (kind !== 'BASE TABLE') continue;
    const rows = await rowsOf(connection, `SELECT * FROM \`${name}\``);
    lines.push(...rows.map(row => JSON.stringify(row)).sort());
  }
  return lines.join('\n');
}
