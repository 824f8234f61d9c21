import type { MysqlSession } from '../adapters/mysql-session';
import type { RunOnlineTool } from '../adapters/online-tool';
import type { Migration } from '../domain/migration/migration-files';
import type { SqlStatement } from '../domain/migration/statement-splitter';

/** What the runner needs of the world. */
export interface RunnerPorts {
  /** Opens a session on the schema to be migrated; called twice a run. */
  readonly connect: () => Promise<MysqlSession>;
  /** Reads and checks the files; called once, before any connection. */
  readonly migrations: () => Promise<readonly Migration[]>;
  /** The statements of a file, in order. */
  readonly statements: (path: string, name: string) => AsyncIterable<SqlStatement>;
  /** The text of a file as it is hashed and run. */
  readonly text: (path: string) => Promise<string>;
  /** Runs an online tool. @default - migrations that want one are refused */
  readonly online?: RunOnlineTool;
  readonly log: (line: string) => void;
  readonly now: () => Date;
  /** Waits, and returns early when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** First request to stop: the statement in flight is finished. */
  readonly stop: AbortSignal;
  /** Second request: the statement in flight is ended by the server. */
  readonly kill: AbortSignal;
  /** Who runs it, from where; kept in the history. */
  readonly who: string;
  /** Release or commit that the files belong to; kept in the history. */
  readonly release?: string;
  /** Told of each migration when it is done. */
  readonly migrated?: (done: DoneMigration) => void;
  /** Watches the schema between runs. */
  readonly schema?: SchemaWatch;
}

/** Knows what the schema looked like after the last run. Sessions are locked: nobody else migrates meanwhile. */
export interface SchemaWatch {
  /** Before the first statement. @throws MigrationError `drift` when the schema was changed by hand since */
  check(session: MysqlSession, level: number): Promise<void>;
  /** After the last statement, also when the run failed. */
  record(session: MysqlSession, level: number): Promise<void>;
}

export interface UpOptions {
  /** Highest number to apply; all when absent. */
  readonly to?: number;
  /** How long to wait for somebody else's run. */
  readonly waitSeconds: number;
  /** The database may be ahead of the files: a release without the newest ones is deployed. */
  readonly allowAhead?: boolean;
}

export interface DownOptions {
  /** Highest number that stays; 0 rolls everything back. */
  readonly to: number;
  readonly waitSeconds: number;
  /** Also rolls back what is declared irreversible. */
  readonly acceptLoss?: boolean;
  /** Uses the rollback files of the folder instead of those kept in the database. */
  readonly fromFile?: boolean;
}

/** A migration that was applied or rolled back. */
export interface DoneMigration {
  readonly seq: number;
  readonly name: string;
  readonly file: string;
  readonly statements: number;
  readonly seconds: number;
}

export interface RunResult {
  /** What was done, in the order of doing. */
  readonly done: readonly DoneMigration[];
  /** Highest number that is applied now. */
  readonly level: number;
}
