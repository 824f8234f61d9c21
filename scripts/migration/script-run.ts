import { createHash } from 'node:crypto';
import { lockHolders } from '../adapters/lock-holders';
import type { NextStatement, Progress } from '../adapters/migration-journal';
import { SERVER_ERRORS, serverError } from '../adapters/mysql-error';
import { fingerprintOf } from '../adapters/object-definition';
import { OnlineToolError, toolFailure } from '../adapters/online-tool';
import type { Resume } from '../domain/migration/history';
import { MigrationError } from '../domain/migration/migration-error';
import { classify, type SchemaObject, type StatementClass } from '../domain/migration/statement-class';
import type { SqlStatement } from '../domain/migration/statement-splitter';
import type { RunnerPorts } from './runner-ports';
import type { RunSessions, Script } from './script';
import { changeOnline } from './online-step';
import { readAhead } from './read-ahead';
import { adviceFor, again, connectionLost, countOf, failedStatement, placeOf, type Position } from './script-position';
import { resumeAt } from './script-resume';

/** A metadata lock is waited for a short time each, as everybody who comes later waits behind us. */
const LOCK_TRIES = 7;
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000, 8000];

/**
 * Runs the statements of one file so that each is done exactly once, whatever ends the run.
 *
 * - A definition commits by itself: the journal says before that it begins, with the fingerprint of what it changes, so
 *   that the next run can see whether it was done.
 * - Changes of rows share transactions with the journal's counter; those that follow each other share one.
 */
export class ScriptRun {
  private hash = createHash('sha256');
  private done = 0;
  private begun = false;
  /** Where the open transaction began. */
  private open: { readonly done: number; readonly hash: ReturnType<typeof createHash> } | undefined;
  private current: SqlStatement | undefined;

  constructor(
    private readonly script: Script,
    private readonly sessions: RunSessions,
    private readonly ports: RunnerPorts,
  ) {}

  /** @returns how far it came, and whether its last changes of rows are still in an open transaction */
  async run(): Promise<{ readonly progress: Progress; readonly open: boolean }> {
    const resume = this.script.resume;
    try {
      for await (const statement of readAhead(this.script.statements)) {
        this.current = statement;
        if (resume && statement.index <= resume.started) {
          if (await this.wasDone(statement, resume)) continue;
        }
        if (this.ports.stop.aborted) await this.stopBefore(statement);
        await this.perform(statement, classify(statement.text));
      }
      if (resume && this.done < resume.done) throw this.shortened(resume);
      if (!this.script.endsInTransaction) await this.commit();
      if (!this.begun) await this.begin({});
      return { progress: this.progress(), open: this.open !== undefined };
    } catch (error) {
      throw await this.failure(error);
    }
  }

  private async wasDone(statement: SqlStatement, resume: Resume): Promise<boolean> {
    const what = classify(statement.text);
    const { journalSession, work } = this.sessions;
    await this.sessions.ready();
    const hash = this.hash.copy().update(statement.text).update('\0');
    const done = await resumeAt({
      statement,
      what,
      resume,
      hash,
      file: this.script.file,
      total: this.script.total,
      journalSession,
      work,
    });
    if (done) this.advance(statement);
    return done;
  }

  private async perform(statement: SqlStatement, what: StatementClass): Promise<void> {
    if (what.kind === 'ddl' || what.kind === 'other') return this.alone(statement, what);
    if (!this.begun) await this.begin({});
    await this.sessions.ready();
    // The session is in a transaction as soon as it touches a row, see `WORK_SETTINGS`.
    if (what.kind === 'dml') this.open ??= { done: this.done, hash: this.hash.copy() };
    await this.execute(statement, what);
    if (!this.open) await this.sessions.work.execute('COMMIT');
    this.advance(statement);
  }

  /** A statement that commits by itself. */
  private async alone(statement: SqlStatement, what: StatementClass): Promise<void> {
    await this.commit();
    const objects = what.kind === 'ddl' ? what.objects : [];
    for (let attempt = 1; ; attempt++) {
      try {
        await this.send(statement, what);
        break;
      } catch (error) {
        if (what.kind !== 'ddl' || serverError(error).errno !== SERVER_ERRORS.lockWaitTimeout) throw error;
        if (!(await this.backOff(objects, attempt))) throw error;
      }
    }
    this.advance(statement);
    if (what.kind !== 'other') return;
    await this.sessions.work.execute('COMMIT');
    await this.begin({});
  }

  /** Says that it begins, runs it, and sees to the end of the migration before, which a definition commits. */
  private async send(statement: SqlStatement, what: StatementClass): Promise<void> {
    const { journal, journalSession, ready } = this.sessions;
    // Taken anew each time: somebody else may have changed the table while we waited for it.
    const fingerprint = what.kind === 'ddl' ? await fingerprintOf(journalSession, what.objects) : undefined;
    const next = what.kind === 'ddl' && !this.script.online ? 'commits' : 'any';
    await this.begin({ started: statement.index, ...(fingerprint && { fingerprint }) }, next);
    try {
      await ready();
      await this.execute(statement, what);
    } catch (error) {
      if (!serverError(error).lost) await journal.settle('failed');
      throw error;
    }
    await journal.settle('done');
  }

  /** @returns false when it is enough */
  private async backOff(objects: readonly SchemaObject[], attempt: number): Promise<boolean> {
    const { journalSession, work } = this.sessions;
    const holders = await lockHolders(journalSession, objects, [journalSession.connectionId, work.connectionId]);
    const who = holders ?? 'somebody the server does not name';
    this.ports.log(
      `${placeOf(this.position)}: waited for ${objects.map(({ name }) => name).join(', ')}, held by ${who}`,
    );
    if (attempt >= LOCK_TRIES || this.ports.stop.aborted) return false;
    await this.ports.sleep(BACK_OFF_MS[attempt - 1] ?? 0, this.ports.stop);
    return !this.ports.stop.aborted;
  }

  private async execute(statement: SqlStatement, what: StatementClass): Promise<void> {
    const label = `${placeOf(this.position)} (${what.verb})`;
    const { watch, work } = this.sessions;
    const { online, timeoutSeconds } = this.script;
    const { online: run, log, stop, kill } = this.ports;
    const { file } = this.script;
    const step = { file, sql: statement.text, work, run, log, signals: { stop, kill } };
    const perform = online ? () => changeOnline({ ...step, tool: online }) : () => work.execute(statement.text);
    await watch.during<unknown>(label, timeoutSeconds, perform);
  }

  private advance(statement: SqlStatement): void {
    this.hash.update(statement.text).update('\0');
    this.done = statement.index;
  }

  /** The first write of a script begins it; later ones are steps. */
  private async begin(flight: Pick<Partial<Progress>, 'started' | 'fingerprint'>, next?: NextStatement): Promise<void> {
    const progress = { ...this.progress(), ...flight };
    await (this.begun ? this.sessions.journal.step(this.script.seq, progress) : this.script.begin(progress, next));
    this.begun = true;
  }

  /** Ends the open transaction with the counter in it. */
  private async commit(): Promise<void> {
    if (!this.open) return;
    await this.sessions.journal.count(this.sessions.work, this.script.seq, this.progress());
    await this.sessions.work.execute('COMMIT');
    this.open = undefined;
  }

  private progress(): Progress {
    return { done: this.done, started: this.done, doneSha256: this.hash.copy().digest() };
  }

  private shortened({ done }: Resume): MigrationError {
    const { file, total } = this.script;
    return new MigrationError(
      'history',
      `${file} has ${total} statements, of which ${done} were run already; restore those`,
      {
        next: `git diff -- "migrations/${file}"`,
      },
    );
  }

  private async stopBefore(statement: SqlStatement): Promise<never> {
    await this.commit();
    if (this.begun) await this.begin({});
    throw new MigrationError(
      'stopped',
      `stopped on request before ${this.script.file}:${statement.line}, ${countOf(this.done)}`,
      {
        next: again(this.script),
      },
    );
  }

  private async failure(error: unknown): Promise<unknown> {
    if (error instanceof MigrationError) return error;
    const { errno, message, lost } = error instanceof OnlineToolError ? toolFailure(error) : serverError(error);
    if (lost) return connectionLost(this.position, error, message);
    const stopped =
      this.ports.kill.aborted ||
      (this.ports.stop.aborted && error instanceof OnlineToolError) ||
      (this.ports.stop.aborted && errno === SERVER_ERRORS.lockWaitTimeout);
    const failed = failedStatement(this.position, message, errno);
    try {
      await this.rollBack();
      if (!this.begun) await this.begin({});
      await this.sessions.journal.fail(this.script.seq, this.script.failedState, this.progress(), errno, message);
    } catch (second) {
      return connectionLost(this.position, second, serverError(second).message);
    }
    const why = this.sessions.watch.timedOut
      ? `ended after ${this.script.timeoutSeconds ?? 0} s, its timeout`
      : message;
    return new MigrationError(
      stopped ? 'stopped' : 'failed',
      `${placeOf(this.position)}: ${why}; ${adviceFor(this.position)}`,
      {
        cause: error,
        failed,
        next: again(this.script),
      },
    );
  }

  private async rollBack(): Promise<void> {
    // Until the script has begun, what is open in the session is the end of the migration before, which stays.
    if (!this.begun) return;
    if (this.open) {
      const { done, hash } = this.open;
      this.open = undefined;
      this.done = done;
      this.hash = hash;
    }
    await this.sessions.work.execute('ROLLBACK');
  }

  private get position(): Position {
    return { script: this.script, statement: this.current, done: this.done };
  }
}
