import { gunzipSync, gzipSync } from 'node:zlib';
import type { Fingerprint } from '../domain/migration/fingerprint';
import type { SchemaHeader } from '../domain/migration/fingerprint-schema';
import type { MysqlSession } from './mysql-session';

/** The schema as a run left it. */
export interface StoredSnapshot {
  readonly level: number;
  /** In UTC. */
  readonly takenAt: string;
  readonly header: SchemaHeader;
  readonly text: string;
}

/** There is one at most: only the last is compared. */
const ONLY = 1;

/** Undefined as long as no run has stored one. */
export async function readSnapshot(session: MysqlSession): Promise<StoredSnapshot | undefined> {
  const tables = await session.query(
    "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'schema_migration_snapshot'",
  );
  if (tables.length === 0) return undefined;
  const [row] = await session.query<{ level: number; takenAt: string; gz: Buffer }>(
    "SELECT seq AS level, DATE_FORMAT(taken_at, '%Y-%m-%d %H:%i:%s') AS takenAt, gz FROM schema_migration_snapshot WHERE id = ?",
    [ONLY],
  );
  if (row === undefined) return undefined;
  const { header, text } = JSON.parse(gunzipSync(row.gz).toString()) as Pick<StoredSnapshot, 'header' | 'text'>;
  return { level: row.level, takenAt: row.takenAt, header, text };
}

export async function storeSnapshot(
  session: MysqlSession,
  level: number,
  { header, text }: Fingerprint,
): Promise<void> {
  const gz = gzipSync(JSON.stringify({ header, text }));
  await session.query(
    'REPLACE INTO schema_migration_snapshot (id, taken_at, seq, gz) VALUES (?, UTC_TIMESTAMP(6), ?, ?)',
    [ONLY, level, gz],
  );
}

/** Name of the session's schema. */
export async function currentSchema(session: MysqlSession): Promise<string> {
  const [row] = await session.query<{ name: string }>('SELECT DATABASE() AS name');
  return row?.name ?? '';
}
