/** What people are told of a release. */
export interface Notice {
  readonly kind: 'started' | 'done' | 'failed' | 'rolled back';
  readonly version: string;
  /** Environment that it is about. @default - the release as a whole */
  readonly environment?: string;
  /** Who releases. */
  readonly by: string;
  /** Subjects of the commits, the newest first. */
  readonly commits?: readonly string[];
  readonly durationMs?: number;
  /** Where the run can be read. */
  readonly link?: string;
  /** What failed. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly step: string;
  readonly reason: string;
  /** Last lines of the log. */
  readonly log: readonly string[];
  /** What to type to go on. */
  readonly next: string;
}

export const NOTICE_KINDS: readonly Notice['kind'][] = ['started', 'done', 'failed', 'rolled back'];
