import { type CanaryTable, canaryRows } from '../domain/migration/canary-rows';
import {
  type Content,
  contentOf,
  contentQuery,
  type ContentRow,
  tablesWithRows,
} from '../domain/migration/fingerprint-rows';
import type { SchemaModel, Table } from '../domain/migration/fingerprint-schema';
import { type ServerError, serverError } from './mysql-error';
import type { MysqlSession } from './mysql-session';

/** Few enough for the server's limits on one statement, many enough to save round trips. */
const TABLES_A_QUERY = 40;
const DUPLICATE_ENTRY = 1062;

/** What the tables of the session's schema hold. */
export async function readContent(session: MysqlSession, schema: SchemaModel): Promise<Content> {
  const tables = tablesWithRows(schema.tables);
  const rows: ContentRow[] = [];
  for (let at = 0; at < tables.length; at += TABLES_A_QUERY) {
    rows.push(...(await session.query<ContentRow>(contentQuery(tables.slice(at, at + TABLES_A_QUERY)))));
  }
  return contentOf(tables, rows);
}

/** A table that took no row, with what the server said. */
export interface RefusedRows {
  readonly table: string;
  readonly reason: string;
}

/**
 * Writes rows into tables; in one transaction, as durable commits would cost more than all else.
 *
 * @param only  names of the tables; the others are known to find what foreign keys need
 */
export async function writeCanaryRows(
  session: MysqlSession,
  tables: readonly Table[],
  numbers: readonly number[],
  only: (table: Table) => boolean,
): Promise<RefusedRows[]> {
  const wanted = new Set(tables.filter(only).map(({ name }) => name));
  const refused: RefusedRows[] = [];
  await session.query('START TRANSACTION');
  for (const rows of canaryRows(tablesWithRows(tables), numbers)) {
    if (!wanted.has(rows.table)) continue;
    const reason = await writeRows(session, rows);
    if (reason !== undefined) refused.push({ table: rows.table, reason });
  }
  await session.query('COMMIT');
  return refused;
}

/** Undefined when at least one row is there. */
async function writeRows(session: MysqlSession, rows: CanaryTable): Promise<string | undefined> {
  const first = await attempt(session, rows.insert);
  if (first === undefined) return undefined;
  let taken = 0;
  for (const attempts of rows.attempts) {
    if (await writeOne(session, attempts)) taken += 1;
  }
  return taken > 0 ? undefined : first.message;
}

async function writeOne(session: MysqlSession, attempts: readonly string[]): Promise<boolean> {
  for (const insert of attempts) {
    const refusal = await attempt(session, insert);
    // A row that is there already has come with a renamed table or by a trigger.
    if (refusal === undefined || refusal.errno === DUPLICATE_ENTRY) return true;
  }
  return false;
}

/** What the server has against a statement; undefined when it was done. */
async function attempt(session: MysqlSession, statement: string): Promise<ServerError | undefined> {
  try {
    await session.execute(statement);
    return undefined;
  } catch (error) {
    const refusal = serverError(error);
    if (refusal.lost) throw error;
    return refusal;
  }
}
