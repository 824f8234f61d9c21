import type { TableSize } from '../domain/migration/lint-algorithm';
import type { MysqlSession } from './mysql-session';

/** How large the tables of the session's schema are, as the server last counted them. */
export async function readTableSizes(session: MysqlSession): Promise<ReadonlyMap<string, TableSize>> {
  const rows = await session.query<{ name: string; bytes: string | number; amount: string | number }>(
    `SELECT TABLE_NAME AS name, DATA_LENGTH + INDEX_LENGTH AS bytes, TABLE_ROWS AS amount
      FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'`,
  );
  return new Map(rows.map(({ name, bytes, amount }) => [name, { bytes: Number(bytes), rows: Number(amount) }]));
}
