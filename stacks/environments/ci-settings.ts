import type { SecretSource } from './secret-source';

/** CircleCI, as far as this tool asks it: for an image (`builder: 'ci'`) and for what its contexts hold (`slipway ci check`). */
export interface CiSettings {
  /** The project's slug: `gh/example-org/webshop`, or `circleci/<organization id>/<project id>`; see Project Settings. */
  readonly project: string;
  /** A personal token of somebody who may start pipelines and see contexts; CircleCI has none with fewer rights. */
  readonly token: SecretSource;
  /**
   * Branch whose `.circleci/config.yml` builds an image that is asked for; its workflow `build-on-demand` must run there.
   *
   * @default 'master'
   */
  readonly branch?: string;
  /**
   * Minutes that such a build may take before nobody waits for it any longer.
   *
   * @default 60
   */
  readonly timeoutMinutes?: number;
}
