import type { HistoryRow, MigrationState } from '../domain/migration/history';
import { MigrationError } from '../domain/migration/migration-error';
import { serverError } from './mysql-error';
import type { JournalEntry, JournalIdentity, OpenRows, Progress } from './journal-entry';
import type { MysqlSession } from './mysql-session';

export { readHistory } from './history-reader';
export type { JournalEntry, JournalIdentity, OpenRows, Progress } from './journal-entry';

/** The end of a migration that stands in no row yet. */
interface UnwrittenEnd {
  readonly entry: JournalEntry;
  readonly progress: Progress;
  readonly rows: OpenRows | undefined;
}

/**
 * Writes the history through the session that holds the run's lock: a runner that has lost the lock has lost this
 * session, and can write nothing. One write a step: what is done is written together with what begins, and in the
 * transaction of the rows that were changed before it, so that two migrations cost no more commits than they must.
 */
export class MigrationJournal {
  /** The end of the last migration, which is written together with the beginning of the next. */
  private unwritten: UnwrittenEnd | undefined;

  constructor(
    private readonly session: MysqlSession,
    private readonly workId: number,
    private readonly identity: JournalIdentity,
  ) {}

  /** A migration begins, with its first statement in flight when that commits by itself. */
  async begin(entry: JournalEntry, progress: Progress): Promise<void> {
    const rows = [this.values(entry, progress, false)];
    // A long rollback is not sent twice.
    if (this.unwritten && this.unwritten.entry.downSql.length > MERGED_ROLLBACK) await this.flush();
    if (this.unwritten) rows.unshift(this.values(this.unwritten.entry, this.unwritten.progress, true));
    await this.endLast(session =>
      session.query(
        `INSERT INTO schema_migration (${WRITTEN.join(', ')}, started_at, finished_at)
       VALUES ${rows.map(({ finished }) => `(${WRITTEN.map(() => '?').join(', ')}, UTC_TIMESTAMP(6), ${finished ? 'UTC_TIMESTAMP(6)' : 'NULL'})`).join(', ')}
       ON DUPLICATE KEY UPDATE ${UPDATED.map(column => `${column} = VALUES(${column})`).join(', ')}`,
        rows.flatMap(({ values }) => values),
      ),
    );
  }

  /** A statement begins that commits by itself. */
  async step(seq: number, progress: Progress): Promise<void> {
    await this.update(this.session, seq, progress);
  }

  /** The script has ended; written with the next write, or by `flush`. */
  ends(entry: JournalEntry, progress: Progress, rows?: OpenRows): void {
    this.unwritten = { entry: { ...entry, state: 'applied' }, progress, rows };
  }

  /** @throws MigrationError when the rows of the last migration could not be committed */
  async flush(): Promise<void> {
    if (!this.unwritten) return;
    const { entry, progress } = this.unwritten;
    await this.endLast(session => this.update(session, entry.seq, progress, APPLIED));
  }

  /** Counts statements inside of the transaction that made them. */
  async count(work: MysqlSession, seq: number, progress: Progress): Promise<void> {
    await this.update(work, seq, progress);
  }

  async fail(
    seq: number,
    state: MigrationState,
    progress: Progress,
    errno: number | undefined,
    text: string,
  ): Promise<void> {
    const set = 'state = ?, error_no = ?, error_text = ?';
    await this.update(this.session, seq, progress, set, [state, errno ?? null, text.slice(0, ERROR_LENGTH)]);
    await this.log(seq, state, { statement: progress.done + 1, errno, text: text.slice(0, ERROR_LENGTH) });
  }

  /** The migration is rolled back: its row goes, what it said stays in the log. */
  async forget(row: HistoryRow, event: string, detail: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.session.execute('START TRANSACTION');
    await this.session.execute('DELETE FROM schema_migration WHERE seq = ?', [row.seq]);
    await this.log(row.seq, event, { ...row, ...detail });
    await this.session.execute('COMMIT');
  }

  async revert(row: HistoryRow, total: number, progress: Progress): Promise<void> {
    await this.session.execute(
      `UPDATE schema_migration SET state = 'reverting', stmt_total = ?, stmt_done = ?, stmt_started = ?, done_sha256 = ?,
       fp_before = ?, conn_id = ?, error_no = NULL, error_text = NULL WHERE seq = ?`,
      [total, progress.done, progress.started, progress.doneSha256, progress.fingerprint ?? null, this.workId, row.seq],
    );
  }

  /** A person has said how far a script is. */
  async decide(row: HistoryRow, progress: Progress, detail: Readonly<Record<string, unknown>>): Promise<void> {
    await this.session.execute('START TRANSACTION');
    await this.session.execute('UPDATE schema_migration SET conn_id = ? WHERE seq = ?', [this.workId, row.seq]);
    await this.update(this.session, row.seq, progress);
    await this.log(row.seq, 'resolved', { ...row, ...detail });
    await this.session.execute('COMMIT');
  }

  /** A migration counts as applied with these files, by a person's word. */
  async accept(
    row: HistoryRow,
    files: Pick<JournalEntry, 'upSha256' | 'downSha256' | 'downSql'>,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.session.execute('START TRANSACTION');
    await this.session.execute(
      `UPDATE schema_migration SET ${APPLIED}, stmt_done = stmt_total, stmt_started = stmt_total, fp_before = NULL,
       up_sha256 = ?, down_sha256 = ?, down_sql = ? WHERE seq = ?`,
      [Buffer.from(files.upSha256, 'hex'), Buffer.from(files.downSha256, 'hex'), files.downSql, row.seq],
    );
    await this.log(row.seq, 'accepted', { ...row, ...detail });
    await this.session.execute('COMMIT');
  }

  async rollbackOf(seq: number): Promise<string> {
    const [row] = await this.session.query<{ down_sql: string }>(
      'SELECT down_sql FROM schema_migration WHERE seq = ?',
      [seq],
    );
    return row?.down_sql ?? '';
  }

  async log(seq: number | null, event: string, detail: Readonly<Record<string, unknown>>): Promise<void> {
    await this.session.query(
      'INSERT INTO schema_migration_log (at, seq, event, by_whom, detail) VALUES (UTC_TIMESTAMP(6), ?, ?, ?, ?)',
      [seq, event, this.identity.who.slice(0, WHO_LENGTH), JSON.stringify(detail)],
    );
  }

  /** Writes the end of the last migration and whatever comes with it; its open rows are committed by that. */
  private async endLast(write: (session: MysqlSession) => Promise<unknown>): Promise<void> {
    const last = this.unwritten;
    this.unwritten = undefined;
    if (!last?.rows) {
      await write(this.session);
      return;
    }
    const { session, committed } = last.rows;
    try {
      await write(session);
      await session.execute('COMMIT');
    } catch (error) {
      const { lost, message } = serverError(error);
      if (lost || error instanceof MigrationError) throw error;
      await session.execute('ROLLBACK');
      throw new MigrationError(
        'failed',
        `(${last.entry.seq}) ${last.entry.name}: its last changes of rows were taken back, as they could not be committed: ${message}`,
        { cause: error, next: 'slipway migrate up' },
      );
    }
    committed();
  }

  private async update(
    session: MysqlSession,
    seq: number,
    { done, started, doneSha256, fingerprint }: Progress,
    set = '',
    values: readonly unknown[] = [],
  ): Promise<void> {
    const { affectedRows } = await session.execute(
      `UPDATE schema_migration SET ${set === '' ? '' : `${set}, `}stmt_done = ?, stmt_started = ?, done_sha256 = ?,
       fp_before = ? WHERE seq = ? AND conn_id = ?`,
      [...values, done, started, doneSha256, fingerprint ?? null, seq, this.workId],
    );
    if (affectedRows !== 1) {
      throw new MigrationError(
        'interrupted',
        `(${seq}) is in the hands of another run; look with \`slipway migrate status\``,
        {
          next: 'slipway migrate status',
        },
      );
    }
  }

  private values(entry: JournalEntry, progress: Progress, finished: boolean) {
    const { who, release, toolVersion } = this.identity;
    return {
      finished,
      values: [
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
        this.workId,
        null,
        null,
        who.slice(0, WHO_LENGTH),
        release?.slice(0, RELEASE_LENGTH) ?? null,
        toolVersion,
      ],
    };
  }
}

const MERGED_ROLLBACK = 64 * 1024;
const ERROR_LENGTH = 4000;
const WHO_LENGTH = 200;
const RELEASE_LENGTH = 64;
const APPLIED = "state = 'applied', error_no = NULL, error_text = NULL, finished_at = UTC_TIMESTAMP(6)";
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
