/** What an environment serves. */
export interface LiveRelease {
  readonly version: string;
  /** Commit that its image was built from, 40 hexadecimal digits. */
  readonly commit: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** Whether all tasks run and the checks of the release pass. */
  readonly healthy: boolean;
}

export interface DeployRequest {
  /** Name of the environment, e.g. `prod`. */
  readonly environment: string;
  readonly version: string;
  readonly commit: string;
  readonly digest: string;
  /** Person or pipeline, for the record. */
  readonly by: string;
  /** Guards that were overridden, and why, for the record. */
  readonly reason?: string;
  /** Where the pipeline's run can be read. */
  readonly runUrl?: string;
}

/**
 * The part of a release that happens on the nodes. Everything here may be asked for twice: a release is resumed at the step that
 * was under way, which may have been done already.
 */
export interface Deployer {
  /**
   * Brings an image to an environment and resolves when it serves and its checks pass. What serves already stays as it is.
   *
   * @throws SlipwayError with the exit code that says what is live now
   */
  deploy(request: DeployRequest): Promise<void>;
  /** Checks from outside that the environment serves this version; throws SlipwayError with exit code 5 when not. */
  verify(environment: string, version: string): Promise<void>;
  /** Brings the very image of `from` to `environment`; refuses what is unhealthy, changed since it was verified, or older than live. */
  promote(request: DeployRequest & { readonly from: string }): Promise<void>;
  /** What the environment serves; undefined before its first release. */
  status(environment: string): Promise<LiveRelease | undefined>;
}
