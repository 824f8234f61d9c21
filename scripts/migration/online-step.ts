import type { MysqlSession } from '../adapters/mysql-session';
import { OnlineToolError, type OnlineSignals, type RunOnlineTool } from '../adapters/online-tool';
import { SERVER_ERRORS, serverError } from '../adapters/mysql-error';
import type { OnlineTool } from '../domain/migration/directives';
import { algorithmAttempts } from '../domain/migration/lint-algorithm';
import { MigrationError } from '../domain/migration/migration-error';
import { leftovers, onlineChange } from '../domain/migration/online-change';
import type { PlannedMigration } from '../domain/migration/plan';
import { whileAlive } from './while-alive';

export interface OnlineStep {
  readonly tool: OnlineTool;
  readonly file: string;
  readonly sql: string;
  readonly work: MysqlSession;
  /** Undefined where no tool can be run. */
  readonly run: RunOnlineTool | undefined;
  readonly log: (line: string) => void;
  readonly signals: OnlineSignals;
}

/** Changes a table the quickest way that the server knows, else by a tool that copies it while it is used. */
export async function changeOnline({ tool, file, sql, work, run, log, signals }: OnlineStep): Promise<void> {
  if (await changedInstantly(work, sql)) return;
  if (!run) throw new MigrationError('usage', `${file} wants ${tool}, which is not run here`);
  const change = onlineChange(tool, sql);
  if (!change) throw new OnlineToolError(`${tool} does not take this form of ALTER TABLE`);
  log(`not INSTANT; ${tool} copies ${change.table} while it is used`);
  const { lost } = await whileAlive([work], async gone => {
    await run(change, { ...signals, stop: AbortSignal.any([signals.stop, gone]) });
    return { lost: gone.aborted };
  });
  if (lost) throw new OnlineToolError(`the lock was lost while ${tool} worked`);
}

/** The server refuses an algorithm that it cannot use, and changes nothing then. */
async function changedInstantly(work: MysqlSession, sql: string): Promise<boolean> {
  const [instant] = algorithmAttempts(sql);
  if (!instant) return false;
  try {
    await work.execute(instant.sql);
    return true;
  } catch (error) {
    const { errno, lost } = serverError(error);
    // Who holds the table is waited for; whatever else is wrong with the statement, the tool says better.
    if (lost || errno === SERVER_ERRORS.lockWaitTimeout) throw error;
    return false;
  }
}

/** @throws MigrationError when a tool that was killed has left something beside the tables that are to be changed */
export async function assertNoLeftovers(session: MysqlSession, todo: readonly PlannedMigration[]): Promise<void> {
  const tables = await session.query<{ name: string }>(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE '\\_%'",
  );
  const triggers = await session.query<{ name: string; table: string }>(
    `SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS \`table\` FROM information_schema.TRIGGERS
     WHERE TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME LIKE 'pt\\_osc\\_%'`,
  );
  const touched = todo.flatMap(({ migration }) => migration.up.tables);
  const cleanUp = leftovers(
    touched,
    tables.map(({ name }) => name),
    triggers,
  );
  if (cleanUp.length === 0) return;
  throw new MigrationError(
    'refused',
    `an online tool has left something behind, or still works; when none does any more, remove it: ${cleanUp.join('; ')}`,
    { next: 'slipway migrate up', detail: { cleanUp } },
  );
}
