/**
 * What a node is handed to release: who wants what and how it is to be checked (`manifest`), and what is to run (`stack`).
 *
 * The whole of a stack, always: a service that is missing is one that goes. The document travels as JSON on standard input,
 * because JSON is a Compose file too and has no anchors, tags or second spelling of the same thing to hide behind.
 */
export interface Release {
  /** Version of this format. */
  readonly format: 1;
  readonly manifest: Manifest;
  readonly stack: StackFile;
}

export interface Manifest {
  /** Stack on the node, e.g. `webshop-prod`; it must be one that the node was told about at birth. */
  readonly stack: string;
  /** Name of the release, e.g. `202611.3`. */
  readonly version: string;
  /** Commit that the images were built from, 40 hexadecimal digits. */
  readonly commit: string;
  /** Person or pipeline that releases. */
  readonly by: string;
  /** Why, for the record. @default - none given */
  readonly reason?: string;
  /** Where the pipeline's run can be read. @default - none */
  readonly runUrl?: string;
  /** Number of the newest migration that this release expects. @default - none recorded */
  readonly migrationLevel?: number;
  /** Services that the public reaches, by name. A service that is not here gets no traffic from outside. */
  readonly routes: Readonly<Record<string, Route>>;
  /** How the new tasks are judged before and after they get traffic. */
  readonly check: Check;
  /**
   * `colours`: start beside what is live, check, then switch. `rolling`: task by task, in place.
   *
   * @default 'auto' - colours, or rolling where the node's memory is too small for both
   */
  readonly strategy?: 'auto' | 'colours' | 'rolling';
  /** Services that share a socket, a volume or a name and so change colour together, dependencies first. @default [] */
  readonly groups?: readonly (readonly string[])[];
  /** Order in which services are changed; `*` stands for any characters. @default - all in one stage */
  readonly stages?: readonly (readonly string[])[];
  /** Stop after each stage but the last, until `continue` or `abort`. @default false */
  readonly pause?: boolean;
  /** Percentage of visitors that get the new release until `canary promote` or `canary drop`. @default - all at once */
  readonly canary?: number;
  /** One-off tasks of the new images. */
  readonly hooks?: { readonly preSwitch?: readonly Hook[]; readonly postDeploy?: readonly Hook[] };
  /** Seconds for a stage from its start until its tasks run and are healthy. @default 300 */
  readonly deadlineSeconds?: number;
  /** Seconds that the new tasks must run without a crash before they get traffic. @default 12 */
  readonly watchSeconds?: number;
  /** Seconds between the switch and the end of the old tasks, where they are not kept. @default 5 */
  readonly drainSeconds?: number;
  /** Minutes that the old tasks stay for an instant way back. @default 30 */
  readonly keepMinutes?: number;
  /** Longest downtime in seconds that is accepted; more rolls back. @default 30 */
  readonly maxDowntimeSeconds?: number;
  /** Private registry of the images. @default - the images are public */
  readonly registry?: RegistryAccess;
}

export interface Route {
  /** Port that the service listens on in its container. */
  readonly port: number;
  /** Host names, each one of the node's. @default - all host names of the stack */
  readonly hosts?: readonly string[];
  /** Path prefixes, e.g. `/api`. @default - everything */
  readonly paths?: readonly string[];
}

export interface Check {
  /** Path that answers 2xx when the service works, e.g. `/healthz`. */
  readonly path: string;
  /** Where the running version can be read: the body of a path (plain, or JSON with `version`) or a header of `path`. @default - nowhere */
  readonly version?: { readonly path: string } | { readonly header: string };
  /** Further paths that must answer below 400. @default [] */
  readonly smoke?: readonly string[];
  /** How often in a row everything must be right. @default 3 */
  readonly times?: number;
}

export interface Hook {
  /** Service whose image, environment, secrets, volumes and networks the task gets. */
  readonly service: string;
  /** Instead of the service's command, behind its entrypoint. */
  readonly command: readonly string[];
  /** @default 300 */
  readonly timeoutSeconds?: number;
  /** A failure is noted and the release goes on. @default false */
  readonly allowFailure?: boolean;
}

export interface RegistryAccess {
  /** Host of the registry, e.g. `registry.example.org`. */
  readonly server: string;
  readonly username: string;
  /** Name of the secret that holds the password or token. */
  readonly passwordSecret: string;
}

/** The part of a Compose file that a release may use; see refused-keys.ts for what is refused, and why. */
export interface StackFile {
  readonly services: Readonly<Record<string, ServiceFile>>;
  /** Named volumes. `perColour: true` gives each colour its own, for sockets. */
  readonly volumes?: Readonly<Record<string, { readonly perColour?: boolean }>>;
  /** Secrets by the name that SSM has them under. */
  readonly secrets?: Readonly<Record<string, Record<string, never>>>;
  /** Files with their content. */
  readonly configs?: Readonly<Record<string, { readonly content: string }>>;
}

/** Keys as in the Compose specification. */
export interface ServiceFile {
  /** With a tag and a digest: `registry.example.org/web:202611.3@sha256:...`. */
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: HealthCheckFile;
  readonly init?: boolean;
  readonly user?: string;
  readonly working_dir?: string;
  readonly stop_signal?: string;
  /** Seconds with their unit, e.g. `30s`, 55 s at most. */
  readonly stop_grace_period?: string;
  /** @default true */
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly volumes?: readonly {
    readonly type: 'volume';
    readonly source: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
  readonly secrets?: readonly { readonly source: string; readonly target?: string }[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly deploy: DeployFile;
}

export interface HealthCheckFile {
  readonly test: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly retries?: number;
  readonly start_period?: string;
}

export interface DeployFile {
  /** @default 1 */
  readonly replicas?: number;
  /** `memory` is required: without a limit nobody can say whether two releases fit on the node. */
  readonly resources: {
    readonly limits: { readonly memory: string; readonly cpus?: string };
    readonly reservations?: { readonly memory?: string; readonly cpus?: string };
  };
  readonly placement?: { readonly constraints?: readonly string[] };
}
