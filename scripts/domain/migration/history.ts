/** Tables in which the tool keeps what it did; they belong to no fingerprint and no snapshot. */
export const HISTORY_TABLES = ['schema_migration', 'schema_migration_log', 'schema_migration_snapshot'] as const;

export type MigrationState = 'baseline' | 'applying' | 'applied' | 'failed' | 'reverting' | 'revert_failed';

/** What the database knows about one migration. */
export interface HistoryRow {
  readonly seq: number;
  readonly name: string;
  readonly state: MigrationState;
  readonly upSha256: string;
  readonly downSha256: string;
  /** Statements of the script that is running or ran last, in `state`'s direction. */
  readonly total: number;
  /** Statements 1 to this one are done. */
  readonly done: number;
  /** Above `done` only while a statement is in flight that commits by itself. */
  readonly started: number;
  /** Hash of statements 1 to `done`. */
  readonly doneSha256?: string;
  /** Fingerprint of what the statement in flight changes, before it. */
  readonly fingerprint?: string;
  readonly errorNumber?: number;
  readonly errorText?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly appliedBy?: string;
  readonly release?: string;
}

/** Whether the migration is applied as a whole. */
export function isApplied({ state }: HistoryRow): boolean {
  return state === 'applied' || state === 'baseline';
}

/** Highest number that is applied as a whole. */
export function levelOf(rows: readonly HistoryRow[]): number {
  return rows.filter(isApplied).reduce((highest, { seq }) => Math.max(highest, seq), 0);
}

/** Where a script is taken up again. */
export interface Resume {
  readonly done: number;
  readonly started: number;
  readonly doneSha256?: string;
  readonly fingerprint?: string;
}
