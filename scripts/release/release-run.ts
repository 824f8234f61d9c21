import type { Override } from '../domain/guard/refusal';

/** A release under way, as it is written down before each step, so that it can be taken up again after any end. */
export interface ReleaseRun {
  /** Version of this format. */
  readonly format: 1;
  /** Tells this run from every other one; it stands in the commit that begins the release branch. */
  readonly id: string;
  readonly version: string;
  readonly by: string;
  readonly startedAt: string;
  /** Where the person stood, and is brought back to. */
  readonly startBranch: string;
  /** Commit that the release starts from. */
  readonly base: string;
  /** Commit that is released: the one with the version, or a fix after it. @default - the branch is not there yet */
  readonly head?: string;
  /** Digest of the image that was built from `head`. */
  readonly digest?: string;
  /** Steps that are done, in their order. */
  readonly done: readonly string[];
  /** Step that was begun last. */
  readonly at?: string;
  /** What was set aside to get here. */
  readonly overrides: readonly Override[];
}

/** What a step adds to the run. */
export type Progress = Partial<Pick<ReleaseRun, 'version' | 'head' | 'digest'>>;
