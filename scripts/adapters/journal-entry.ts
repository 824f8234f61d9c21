import type { MigrationState } from '../domain/migration/history';
import type { MysqlSession } from './mysql-session';

/** What is written when a script begins. */
export interface JournalEntry {
  readonly seq: number;
  readonly name: string;
  readonly state: MigrationState;
  readonly upSha256: string;
  readonly downSha256: string;
  readonly downSql: string;
  readonly total: number;
}

/** How far a script is. */
export interface Progress {
  readonly done: number;
  /** Above `done` while a statement is in flight that commits by itself. */
  readonly started: number;
  readonly doneSha256: Buffer;
  readonly fingerprint?: Buffer;
}

/**
 * What is sent after a write: `commits` is a definition, through the working session and at once, for which the server commits
 * whatever is open in there (https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html).
 */
export type NextStatement = 'commits' | 'any';

export interface JournalIdentity {
  readonly who: string;
  readonly release?: string;
  readonly toolVersion: string;
}

/** The last changes of rows of a migration, in a transaction that is still open. */
export interface OpenRows {
  readonly session: MysqlSession;
  /** Called when they are committed, together with the end of the migration. */
  readonly committed: () => void;
}
