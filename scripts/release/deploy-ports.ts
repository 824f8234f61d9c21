import type { Git } from '../adapters/git';
import type { ImageFacts } from '../adapters/registry';
import type { NodeStatus } from '../domain/deploy/node-status';
import type { SchemaPlan } from '../domain/deploy/schema-plan';
import type { Refusal } from '../domain/guard/refusal';
import type { Release } from '../domain/release/release';

/** What `plan` on the node says. */
export interface NodePlan {
  /** Services that are started anew. */
  readonly services: readonly string[];
  /** Services that end. */
  readonly gone: readonly string[];
  /** Names of secrets that are new or have another value. */
  readonly secrets: readonly string[];
}

/** One environment, as a release sees it. */
export interface EnvironmentPort {
  /** E.g. `prod`. */
  readonly name: string;
  /** Its stack on the node, e.g. `webshop-prod`. */
  readonly stack: string;
  /** Whether what it serves may only be replaced by what contains it. */
  readonly protect: boolean;
  readonly status: () => Promise<NodeStatus>;
  /** A release as it was handed in; what is live where none is named. */
  readonly show: (target?: string) => Promise<Release | undefined>;
  /**
   * Refuses what the node would refuse, without asking it.
   *
   * @throws SlipwayError 2 or 9
   */
  readonly check: (release: Release) => void;
  /** What the node would start anew for a release, and which secrets have other values than what is live. */
  readonly plan: (release: Release) => Promise<NodePlan>;
  /**
   * Hands a release to the node and resolves when it is live, or waits for a decision.
   *
   * @throws SlipwayError with the exit code that says what is live now
   */
  readonly apply: (release: Release) => Promise<void>;
  /** Asks from outside whether it serves a version; throws SlipwayError with exit code 5 when not. */
  readonly verify: (version: string) => Promise<void>;
}

/** The schema of an environment's database, with the migrations of one commit. */
export interface SchemaPort {
  readonly plan: () => Promise<SchemaPlan>;
  /** Applies what is pending up to a number. */
  readonly up: (to: number, version: string) => Promise<void>;
}

/** Everything that a deployment reads or changes. */
export interface DeployPorts {
  readonly git: Git;
  readonly environment: EnvironmentPort;
  /** Image by its tag; undefined when the registry has none. */
  readonly find: (tag: string) => Promise<ImageFacts | undefined>;
  /** What objects to a commit as such: CI, approvals, branch, freeze. */
  readonly refusals: (commit: string) => Promise<readonly Refusal[]>;
  /** Gives `work` the schema. @default - migrations are none of this tool's */
  readonly schema?: <T>(commit: string, work: (schema: SchemaPort) => Promise<T>) => Promise<T>;
  /** Uploads the assets of an image. @default - there are none */
  readonly publishAssets?: (version: string, digest: string) => Promise<void>;
  /** Purges the CDN. @default - none is before this environment */
  readonly purge?: () => Promise<void>;
  /** Runs a step and says how long it took. */
  readonly timed: <T>(what: string, work: () => Promise<T>) => Promise<T>;
  readonly log: (line: string) => void;
}
