import type { RunFile } from '../adapters/run-file';
import type { Refusal } from '../domain/guard/refusal';
import type { Deployer } from './deployer';
import type { FinalizePorts } from './finalize';
import type { StepPorts } from './run-steps';
import type { ReleaseRun } from './release-run';

/** Makes and names the image of a release. Each may be asked for twice. */
export interface ImagePort {
  /** Builds a commit's image, unless the registry has it already. @returns its digest */
  readonly build: (version: string, commit: string) => Promise<string>;
  /** Gives the image its version as a tag; refuses when that names another image. */
  readonly name: (version: string, digest: string) => Promise<void>;
  readonly moveLatest: (digest: string) => Promise<void>;
}

/** What people are told of a release. */
export type ReleaseEvent =
  | { readonly kind: 'started'; readonly run: ReleaseRun }
  | { readonly kind: 'done'; readonly run: ReleaseRun }
  | { readonly kind: 'failed'; readonly run: ReleaseRun; readonly error: Error };

/** Everything outside the flow that a release reads or changes. */
export interface ReleasePorts extends Pick<StepPorts, 'confirm' | 'timed' | 'signal'> {
  readonly finalizing: FinalizePorts;
  readonly runs: RunFile;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Who releases. */
  readonly by: string;
  /** What objects to releasing the commit that the person stands on. */
  readonly refusals: (commit: string) => Promise<readonly Refusal[]>;
  /** Tells people. A message that does not arrive is no failure. */
  readonly announce: (event: ReleaseEvent) => Promise<void>;
  /** @default - the pipeline builds what is tagged */
  readonly image?: ImagePort;
  /** @default - the pipeline deploys what is tagged */
  readonly deployer?: Deployer;
  /** Purges the CDN, after production serves. @default - there is none */
  readonly purge?: () => Promise<void>;
}
