import type { JournalEntry, JournalIdentity, Progress } from './journal-entry';

/** A migration as it is written into the history. */
export interface WrittenRow {
  readonly entry: JournalEntry;
  readonly progress: Progress;
  /** Whether it has ended with this. */
  readonly finished: boolean;
}

export const WHO_LENGTH = 200;
const RELEASE_LENGTH = 64;

const WRITTEN = [
  'seq',
  'name',
  'state',
  'up_sha256',
  'down_sha256',
  'down_sql',
  'stmt_total',
  'stmt_done',
  'stmt_started',
  'done_sha256',
  'fp_before',
  'conn_id',
  'error_no',
  'error_text',
  'applied_by',
  'release_ref',
  'tool_version',
];
/** When a migration began is kept when it ends or is taken up again. */
const UPDATED = [...WRITTEN.slice(1), 'finished_at'];
const PLACES = WRITTEN.map(() => '?').join(', ');

/** The one statement that writes these rows, and its values. @param connectionId  of the session that runs the migrations */
export function writeOf(
  rows: readonly WrittenRow[],
  identity: JournalIdentity,
  connectionId: number,
): readonly [sql: string, values: unknown[]] {
  const places = rows.map(({ finished }) => `(${PLACES}, UTC_TIMESTAMP(6), ${finished ? 'UTC_TIMESTAMP(6)' : 'NULL'})`);
  const sql = `INSERT INTO schema_migration (${WRITTEN.join(', ')}, started_at, finished_at) VALUES ${places.join(', ')}
    ON DUPLICATE KEY UPDATE ${UPDATED.map(column => `${column} = VALUES(${column})`).join(', ')}`;
  return [sql, rows.flatMap(row => valuesOf(row, identity, connectionId))];
}

/** In the order of `WRITTEN`. */
function valuesOf(
  { entry, progress }: WrittenRow,
  { who, release, toolVersion }: JournalIdentity,
  connectionId: number,
): unknown[] {
  return [
    entry.seq,
    entry.name,
    entry.state,
    Buffer.from(entry.upSha256, 'hex'),
    Buffer.from(entry.downSha256, 'hex'),
    entry.downSql,
    entry.total,
    progress.done,
    progress.started,
    progress.doneSha256,
    progress.fingerprint ?? null,
    connectionId,
    null,
    null,
    who.slice(0, WHO_LENGTH),
    release?.slice(0, RELEASE_LENGTH) ?? null,
    toolVersion,
  ];
}
