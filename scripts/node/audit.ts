/** One change of a stack, whoever asked for it and however it ended. */
export interface AuditLine {
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly verb: string;
  readonly by: string;
  /** What was asked for, and what came of it, in words. */
  readonly what: string;
  readonly reason?: string;
  readonly runUrl?: string;
}
