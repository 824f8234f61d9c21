import type { HistoryRow, MigrationState } from '../domain/migration/history';
import { MigrationError } from '../domain/migration/migration-error';
import { serverError } from './mysql-error';
import type { JournalEntry, JournalIdentity, NextStatement, OpenRows, Progress } from './journal-entry';
import { type WrittenRow, WHO_LENGTH, writeOf } from './journal-row';
import type { MysqlSession } from './mysql-session';

export { readHistory } from './history-reader';
export type { JournalEntry, JournalIdentity, NextStatement, OpenRows, Progress } from './journal-entry';

/** The end of a migration that stands in no row yet. */
interface UnwrittenEnd {
  readonly entry: JournalEntry;
  readonly progress: Progress;
  readonly rows: OpenRows | undefined;
}

/** The end of a migration that stands in a transaction which is still open. */
interface UncommittedEnd {
  readonly entry: JournalEntry;
  readonly rows: OpenRows;
}

/**
 * Writes the history through the session that holds the run's lock: a runner that has lost the lock has lost this
 * session, and can write nothing. One write a step: what is done is written together with what begins, and in the
 * transaction of the rows that were changed before it, so that two migrations cost no more commits than they must.
 */
export class MigrationJournal {
  /** The end of the last migration, which is written together with the beginning of the next. */
  private unwritten: UnwrittenEnd | undefined;
  /** An end that is written and that the statement in flight commits. */
  private uncommitted: UncommittedEnd | undefined;

  constructor(
    private readonly session: MysqlSession,
    private readonly workId: number,
    private readonly identity: JournalIdentity,
  ) {}

  /**
   * A migration begins, with its first statement in flight when that commits by itself.
   *
   * @param next  the statement in flight, after which `settle` is called
   */
  async begin(entry: JournalEntry, progress: Progress, next: NextStatement = 'any'): Promise<void> {
    const rows: WrittenRow[] = [{ entry, progress, finished: false }];
    // A long rollback is not sent twice.
    if (this.unwritten && this.unwritten.entry.downSql.length > MERGED_ROLLBACK) await this.flush();
    if (this.unwritten) rows.unshift({ ...this.unwritten, finished: true });
    const [sql, values] = writeOf(rows, this.identity, this.workId);
    await this.endLast(session => session.query(sql, values), next);
  }

  /**
   * The statement that commits has ended, well or not.
   *
   * @throws MigrationError when the rows of the last migration could not be committed
   */
  async settle(statement: 'done' | 'failed'): Promise<void> {
    const last = this.uncommitted;
    this.uncommitted = undefined;
    if (!last) return;
    // One that the server could not even read has committed nothing.
    if (statement === 'failed') await orTakenBack(last, () => last.rows.session.execute('COMMIT'));
    last.rows.committed();
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

  /** Writes the end of the last migration and whatever comes with it; its open rows are committed by that, or by what comes next. */
  private async endLast(
    write: (session: MysqlSession) => Promise<unknown>,
    next: NextStatement = 'any',
  ): Promise<void> {
    const last = this.unwritten;
    this.unwritten = undefined;
    if (!last?.rows) {
      await write(this.session);
      return;
    }
    const end = { entry: last.entry, rows: last.rows };
    await orTakenBack(end, async () => {
      await write(end.rows.session);
      if (next === 'any') await end.rows.session.execute('COMMIT');
    });
    if (next === 'any') end.rows.committed();
    else this.uncommitted = end;
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
}

/** @throws MigrationError when the rows cannot be committed; then they are taken back */
async function orTakenBack({ entry, rows }: UncommittedEnd, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const { lost, message } = serverError(error);
    if (lost || error instanceof MigrationError) throw error;
    await rows.session.execute('ROLLBACK');
    throw new MigrationError(
      'failed',
      `(${entry.seq}) ${entry.name}: its last changes of rows were taken back, as they could not be committed: ${message}`,
      { cause: error, next: 'slipway migrate up' },
    );
  }
}

const MERGED_ROLLBACK = 64 * 1024;
const ERROR_LENGTH = 4000;
const APPLIED = "state = 'applied', error_no = NULL, error_text = NULL, finished_at = UTC_TIMESTAMP(6)";
