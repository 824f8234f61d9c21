import type { MigrationJournal, NextStatement, Progress } from '../adapters/migration-journal';
import type { MysqlSession } from '../adapters/mysql-session';
import type { OnlineTool } from '../domain/migration/directives';
import type { MigrationState, Resume } from '../domain/migration/history';
import type { SqlStatement } from '../domain/migration/statement-splitter';
import type { StatementWatch } from './statement-watch';

/** One file to run, in either direction. */
export interface Script {
  readonly seq: number;
  readonly file: string;
  readonly statements: AsyncIterable<SqlStatement>;
  readonly total: number;
  readonly timeoutSeconds?: number;
  /** Tool that does the one statement of the file when the server cannot do it at once. */
  readonly online?: OnlineTool;
  readonly resume?: Resume;
  /** Writes that the script begins, or is taken up again. */
  readonly begin: (progress: Progress, next?: NextStatement) => Promise<void>;
  readonly failedState: MigrationState;
  /** The transaction of the last statements is left open, for the end of the migration to be written in it. */
  readonly endsInTransaction: boolean;
}

/** The two sessions of a run and what belongs to them. */
export interface RunSessions {
  readonly journalSession: MysqlSession;
  readonly work: MysqlSession;
  readonly journal: MigrationJournal;
  readonly watch: StatementWatch;
  /** Resolves when the working session is clean: nothing of the migration before is left in it. */
  readonly ready: () => Promise<void>;
}
