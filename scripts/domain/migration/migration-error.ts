import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';

/** Why a migration command ended without success: the finer word behind the exit code, for programs. */
export const MIGRATION_CODES = {
  /** The files in the folder are not what they must be. */
  files: ExitCode.Usage,
  /** The command line or a setting is not. */
  usage: ExitCode.Usage,
  /** The server cannot be reached, or is not one that can be used. */
  connection: ExitCode.Usage,
  /** Somebody else is running migrations. */
  locked: ExitCode.Locked,
  /** A statement failed; `failed` says which. */
  failed: ExitCode.MigrationFailed,
  /** Stopped on request between two statements. */
  stopped: ExitCode.MigrationFailed,
  /** The connection went away in the middle; the next run finds out what happened. */
  interrupted: ExitCode.MigrationFailed,
  /** A statement was in flight, and nothing shows whether it was done: a person decides. */
  unknown: ExitCode.MigrationFailed,
  /** A rollback did not bring the schema or the data back. */
  rollback: ExitCode.MigrationFailed,
  /** The history and the files disagree. */
  history: ExitCode.Refused,
  /** The schema was changed by hand. */
  drift: ExitCode.Refused,
  /** A rule of the linter. */
  lint: ExitCode.Refused,
  /** The request is not allowed as it stands. */
  refused: ExitCode.Refused,
} as const satisfies Record<string, ExitCode>;

export type MigrationCode = keyof typeof MIGRATION_CODES;

/** The statement that failed. */
export interface FailedStatement {
  readonly file: string;
  readonly line: number;
  /** Its number in the file, from 1. */
  readonly statement: number;
  readonly total: number;
  /** Number of the server's error; absent when the server did not give one. */
  readonly errno?: number;
  readonly message: string;
}

export interface MigrationErrorOptions extends ErrorOptions {
  /** What to type next. */
  readonly next?: string;
  readonly failed?: FailedStatement;
  /** Facts for programs, e.g. both hashes of an edited file. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** An end of a migration command that its user can do something about. */
export class MigrationError extends SlipwayError {
  readonly next: string | undefined;
  readonly failed: FailedStatement | undefined;
  readonly detail: Readonly<Record<string, unknown>> | undefined;

  constructor(
    readonly code: MigrationCode,
    message: string,
    options: MigrationErrorOptions = {},
  ) {
    const { next } = options;
    super(
      next === undefined || message.includes(next) ? message : `${message}; next: ${next}`,
      MIGRATION_CODES[code],
      options,
    );
    this.name = 'MigrationError';
    this.next = options.next;
    this.failed = options.failed;
    this.detail = options.detail;
  }
}
