import type { Manifest, ServiceFile, StackFile } from '../../scripts/domain/release/release';

/** What runs on a node: the services of the application, how they are checked, and how one release follows another. */
export interface SwarmApplication
  extends
    Pick<Manifest, 'routes' | 'check' | 'strategy' | 'groups' | 'stages' | 'hooks'>,
    Pick<Manifest, 'deadlineSeconds' | 'watchSeconds' | 'drainSeconds' | 'keepMinutes' | 'maxDowntimeSeconds'>,
    Pick<StackFile, 'volumes' | 'configs'> {
  /** Services by name. */
  readonly services: Readonly<Record<string, SwarmService>>;
  /**
   * How the node logs in to the registry of the images.
   *
   * @default - the images are public
   */
  readonly registry?: {
    readonly username: string;
    /** Name of the environment's secret that holds a token which may only read. */
    readonly passwordSecret: string;
  };
  /**
   * The SQL files of `migrations/`: what expands the schema runs before the switch, what contracts it after.
   *
   * @default - there is no schema, or the application's own hooks change it
   */
  readonly migrations?: SwarmMigrations;
  /**
   * What differs, by name of the environment.
   *
   * @default - all environments are alike
   */
  readonly environments?: Readonly<Record<string, SwarmDifferences>>;
}

/** Keys as in the Compose specification. Secrets are named here; their values are in the environment's secret store. */
export interface SwarmService extends Omit<ServiceFile, 'image'> {
  /**
   * Image with its digest, for what is not built from the application's repository, e.g. a cache.
   *
   * @default - the application's own image, of the version that is released
   */
  readonly image?: string;
}

export interface SwarmMigrations {
  /**
   * Folder in the application's repository; what counts is what the released commit has there.
   *
   * @default 'migrations'
   */
  readonly folder?: string;
  /**
   * Environments on which a migration must first have run on a clone: `deploy` needs the report of such a run, see `migrate up --report`.
   *
   * @default []
   */
  readonly requireReport?: readonly string[];
}

export interface SwarmDifferences {
  /** Variables by service, beside or instead of those that it has everywhere. */
  readonly variables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Numbers of tasks by service; a later `slipway scale` wins. */
  readonly replicas?: Readonly<Record<string, number>>;
}
