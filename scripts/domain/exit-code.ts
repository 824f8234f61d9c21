/** Exit codes of every `slipway` command. The numbers are a contract with pipelines: add, never renumber. */
export const ExitCode = {
  /** Done, or nothing to do. */
  Done: 0,
  /** The command line, the environment's data, the credentials or an external tool is not as needed. */
  Usage: 2,
  /** Somebody else holds the lock. */
  Locked: 3,
  /** A build or push failed. */
  BuildFailed: 4,
  /** Verification failed; what is live was not touched. */
  VerificationFailed: 5,
  /** Failed and rolled back; the old version serves. */
  RolledBack: 6,
  /** The rollback failed as well; a person is needed. */
  RollbackFailed: 7,
  /** A migration failed. */
  MigrationFailed: 8,
  /** The request is stale or unsafe and was refused. */
  Refused: 9,
  /** Changes or drift were found (commands that only look). */
  Changes: 10,
  /** The connection was lost in the middle; what was asked for goes on, and how it ends is not known here. */
  Unknown: 11,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
