import { createHistory, snapshotLevel } from '../adapters/history-schema';
import { type JournalEntry, MigrationJournal, type Progress, readHistory } from '../adapters/migration-journal';
import { MigrationLock } from '../adapters/migration-lock';
import { type MysqlSession, WORK_SETTINGS } from '../adapters/mysql-session';
import { serverError } from '../adapters/mysql-error';
import { type HistoryRow, isApplied, levelOf } from '../domain/migration/history';
import type { Migration } from '../domain/migration/migration-files';
import { MigrationError } from '../domain/migration/migration-error';
import type { PlannedMigration } from '../domain/migration/plan';
import { version } from '../../package.json';
import { type Rollback, rollbackScript } from './rollback-script';
import type { DoneMigration, RunnerPorts, RunResult } from './runner-ports';
import type { RunSessions, Script } from './script';
import { ScriptRun } from './script-run';
import { assertUsable } from './server-limits';
import { StatementWatch } from './statement-watch';
import { whileAlive } from './while-alive';

/** A run that holds both locks: everything that reads the history and acts on it happens in here. */
export class LockedRun {
  private readonly done: DoneMigration[] = [];
  private ready: Promise<void> = Promise.resolve();
  private prepared = false;
  /** What has been in the working session: nothing, only changes of definitions and rows, or anything. */
  private session: 'new' | 'plain' | 'used' = 'new';

  private constructor(
    private readonly ports: RunnerPorts,
    readonly journalSession: MysqlSession,
    private readonly work: MysqlSession,
    private readonly lock: MigrationLock,
    readonly journal: MigrationJournal,
    private readonly watch: StatementWatch,
  ) {}

  static async with(
    ports: RunnerPorts,
    waitSeconds: number,
    act: (run: LockedRun) => Promise<void>,
  ): Promise<RunResult> {
    const sessions = await openBoth(ports);
    const [journalSession, work] = sessions;
    const watch = new StatementWatch({ ...ports, journal: journalSession, workId: work.connectionId });
    try {
      await assertUsable(journalSession);
      const lock = await MigrationLock.of(journalSession);
      await lock.acquire(journalSession, work, { waitSeconds, log: ports.log, stop: ports.stop });
      const identity = {
        who: ports.who,
        toolVersion: version,
        ...(ports.release !== undefined && { release: ports.release }),
      };
      const journal = new MigrationJournal(journalSession, work.connectionId, identity);
      const run = new LockedRun(ports, journalSession, work, lock, journal, watch);
      return await run.complete(act);
    } catch (error) {
      throw explained(error);
    } finally {
      watch.close();
      for (const session of sessions) await session.end().catch(() => session.destroy());
    }
  }

  history(): Promise<readonly HistoryRow[]> {
    return readHistory(this.journalSession);
  }

  /** Before the first write. */
  async prepare(rows: readonly HistoryRow[]): Promise<void> {
    await createHistory(this.journalSession);
    const level = levelOf(rows);
    // A run that was killed has changed the schema without leaving a picture of it.
    const known = rows.every(isApplied) && (await snapshotLevel(this.journalSession)) === level;
    if (known) await this.ports.schema?.check(this.journalSession, level);
    this.prepared = true;
  }

  /** Keeps both sessions, and the locks with them, while something else works. @param work  is told of a lost lock */
  async whileLocked<T>(work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    return whileAlive([this.journalSession, this.work], work);
  }

  /** Writes a migration as applied, without running it. */
  async adopt(migration: Migration): Promise<void> {
    const entry = await this.entryOf(migration, 'baseline');
    await this.journal.begin(entry, { done: entry.total, started: entry.total, doneSha256: Buffer.alloc(32) });
    await this.journal.log(migration.seq, 'baseline', { name: migration.name });
  }

  async apply({ migration, row }: PlannedMigration): Promise<void> {
    await this.cleanFor(migration.up.usesSession);
    const { seq, name, up } = migration;
    const entry = await this.entryOf(migration, 'applying');
    const { timeoutSeconds, online } = up.directives;
    await this.run({
      seq,
      name,
      file: up.name,
      statements: this.ports.statements(up.path, up.name),
      total: up.statements,
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      ...(online && { online }),
      ...(row && { resume: row }),
      begin: (progress, next) => this.journal.begin(entry, progress, next),
      failedState: 'failed',
      endsInTransaction: true,
      end: (progress, open, report) => {
        this.journal.ends(entry, progress, open ? { session: this.work, committed: report } : undefined);
        if (!open) report();
      },
    });
  }

  async revert(row: HistoryRow, options: Omit<Rollback, 'row' | 'text'>): Promise<void> {
    await this.cleanFor(true);
    const text = options.file ? await this.ports.text(options.file.path) : await this.journal.rollbackOf(row.seq);
    const script = await rollbackScript({ ...options, row, text });
    await this.run({
      ...script,
      begin: progress => this.journal.revert(row, script.total, progress),
      end: async (_progress, _open, report) => {
        await this.journal.forget(row, 'reverted');
        report();
      },
    });
  }

  private async entryOf({ seq, name, up, down }: Migration, state: JournalEntry['state']): Promise<JournalEntry> {
    const downSql = await this.ports.text(down.path);
    return { seq, name, state, upSha256: up.sha256, downSha256: down.sha256, downSql, total: up.statements };
  }

  private async run(script: Script & Ending): Promise<void> {
    const startedAt = performance.now();
    const sessions: RunSessions = {
      journalSession: this.journalSession,
      work: this.work,
      journal: this.journal,
      watch: this.watch,
      ready: () => this.ready,
    };
    const { progress, open } = await new ScriptRun(script, sessions, this.ports).run();
    const seconds = (performance.now() - startedAt) / 1000;
    const { seq, name, file, total } = script;
    await script.end(progress, open, () => this.report({ seq, name, file, statements: total, seconds }));
  }

  /** Says what is done and stays. */
  private report(done: DoneMigration): void {
    const { file, statements, seconds } = done;
    this.done.push(done);
    this.ports.log(
      `${file}: ${statements === 1 ? '1 statement' : `${statements} statements`}, ${seconds.toFixed(2)} s`,
    );
    this.ports.migrated?.(done);
  }

  /** A migration that may leave something in the session, or read what is left there, has the session for itself. */
  private async cleanFor(usesSession: boolean): Promise<void> {
    const clean = this.session === 'new' || (this.session === 'plain' && !usesSession);
    this.session = usesSession ? 'used' : 'plain';
    if (clean) return;
    // What is not committed would go with the session's state.
    await this.journal.flush();
    // The journal's session goes on meanwhile, and holds the run's lock while this one is dropped.
    this.ready = (async () => {
      await this.work.reset();
      await this.work.query(`SET ${WORK_SETTINGS}`);
      await this.lock.retakeWork(this.work);
    })();
    // Whoever uses the session next gets the error.
    this.ready.catch(() => undefined);
  }

  private async complete(act: (run: LockedRun) => Promise<void>): Promise<RunResult> {
    try {
      await act(this);
      await this.journal.flush();
    } finally {
      // After a lost connection neither can be written, and the first error is the one to tell.
      if (this.prepared) await this.leave().catch(() => undefined);
    }
    return { done: this.done, level: levelOf(await this.history()) };
  }

  private async leave(): Promise<void> {
    await this.journal.flush();
    await this.ports.schema?.record(this.journalSession, levelOf(await this.history()));
  }
}

interface Ending {
  readonly name: string;
  /** Writes that the script has ended. @param report  to be called when nothing can take it back any more */
  readonly end: (progress: Progress, open: boolean, report: () => void) => Promise<void> | void;
}

async function openBoth(ports: RunnerPorts): Promise<readonly [journal: MysqlSession, work: MysqlSession]> {
  const journal = await ports.connect();
  let work: MysqlSession | undefined;
  try {
    work = await ports.connect();
    await work.query(`SET ${WORK_SETTINGS}`);
    return [journal, work];
  } catch (error) {
    work?.destroy();
    journal.destroy();
    throw error;
  }
}

/** What is not explained yet was a query of the runner itself. */
function explained(error: unknown): unknown {
  if (error instanceof MigrationError) return error;
  const { message, lost, errno } = serverError(error);
  if (!lost && errno === undefined) return error;
  const next = 'slipway migrate status';
  return lost
    ? new MigrationError('interrupted', `the connection was lost (${message}); the next run finds out what was done`, {
        cause: error,
        next,
      })
    : new MigrationError('failed', `the server refused what the tool itself needs: ${message}`, { cause: error, next });
}
