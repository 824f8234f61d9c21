import type { HistoryRow, MigrationState } from '../domain/migration/history';
import { hasHistory } from './history-schema';
import type { MysqlSession } from './mysql-session';

/** A row as the driver gives it. */
interface StoredRow {
  readonly seq: number;
  readonly name: string;
  readonly state: MigrationState;
  readonly up_sha256: Buffer;
  readonly down_sha256: Buffer;
  readonly stmt_total: number;
  readonly stmt_done: number;
  readonly stmt_started: number;
  readonly done_sha256: Buffer | null;
  readonly fp_before: Buffer | null;
  readonly error_no: number | null;
  readonly error_text: string | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly applied_by: string | null;
  readonly release_ref: string | null;
}

const COLUMNS =
  'seq, name, state, up_sha256, down_sha256, stmt_total, stmt_done, stmt_started, done_sha256, fp_before, error_no, ' +
  'error_text, started_at, finished_at, applied_by, release_ref';

/** Reads what was done; an empty history when the tables are not there yet. */
export async function readHistory(session: MysqlSession): Promise<readonly HistoryRow[]> {
  if (!(await hasHistory(session))) return [];
  const rows = await session.query<StoredRow>(`SELECT ${COLUMNS} FROM schema_migration ORDER BY seq`);
  return rows.map(historyRow);
}

function historyRow(row: StoredRow): HistoryRow {
  return {
    seq: row.seq,
    name: row.name,
    state: row.state,
    upSha256: row.up_sha256.toString('hex'),
    downSha256: row.down_sha256.toString('hex'),
    total: row.stmt_total,
    done: row.stmt_done,
    started: row.stmt_started,
    ...(row.done_sha256 && { doneSha256: row.done_sha256.toString('hex') }),
    ...(row.fp_before && { fingerprint: row.fp_before.toString('hex') }),
    ...(row.error_no !== null && { errorNumber: row.error_no }),
    ...(row.error_text !== null && { errorText: row.error_text }),
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
    ...(row.applied_by !== null && { appliedBy: row.applied_by }),
    ...(row.release_ref !== null && { release: row.release_ref }),
  };
}
