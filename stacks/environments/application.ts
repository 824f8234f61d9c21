import type { SwarmApplication } from '../swarm/application';
import { web } from '../swarm/web';
import type { AssetSettings } from './asset-settings';
import type { BumpFile } from './bump-file';
import type { CiSettings } from './ci-settings';
import type { Freeze } from './freeze';
import type { SecretSource } from './secret-source';
import type { VerifySettings } from './verify-settings';
import type { VersionScheme } from './version-scheme';

/** What is released, and how: the application, its versions and the branches that carry them. */
export interface Application {
  /**
   * Checkout of the application, relative to this project or absolute.
   *
   * @default '.' - this project is part of the application's repository
   */
  readonly repository?: string;
  /**
   * Name of the Git remote that everybody pushes to.
   *
   * @default 'origin'
   */
  readonly remote?: string;
  readonly versions: VersionSettings;
  /** @default - `develop` and `master`, as in git flow */
  readonly branches?: BranchSettings;
  /**
   * Whether tags are signed, with the key that Git is configured with.
   *
   * @default false
   */
  readonly signTags?: boolean;
  /**
   * Environments that `slipway release` deploys to, by the names of their files here.
   *
   * @default - the pipeline deploys what is tagged
   */
  readonly environments?: ReleaseEnvironments;
  /** @default - what is committed and pushed may be released at any time */
  readonly guards?: GuardSettings;
  /** @default - the pipeline builds what is tagged */
  readonly image?: ImageSettings;
  /** @default - this tool deploys nothing */
  readonly swarm?: SwarmApplication;
  /** @default - the application serves all of its files itself */
  readonly assets?: AssetSettings;
  /** @default - CircleCI is not asked */
  readonly ci?: CiSettings;
  /** What `slipway verify local` starts beside the image. @default - MySQL, and no secrets */
  readonly verify?: VerifySettings;
  /** @default - nobody is told */
  readonly notify?: NotifySettings;
  /** @default - there is no CDN in front of the application */
  readonly cdn?: CdnSettings;
}

/** Cloudflare, in front of the application. */
export interface CdnSettings {
  /** May purge these zones and read their names; nothing else is needed. */
  readonly token: SecretSource;
  /** What is purged after production serves a release: per zone its host names, or everything. */
  readonly zones: readonly CdnZone[];
  /**
   * Whether a purge that fails stops the release; else it is a warning.
   *
   * @default false
   */
  readonly required?: boolean;
}

export interface CdnZone {
  /** Name of the zone at Cloudflare, e.g. `example.org`. */
  readonly zone: string;
  /**
   * Host names of the application in this zone; a purge by hand may name no other.
   *
   * @default - everything in the zone
   */
  readonly hosts?: readonly string[];
}

/** Messages to a Slack channel, through an incoming webhook. One that does not arrive fails nothing. */
export interface NotifySettings {
  /** The webhook's address, which is a secret: whoever has it can write to the channel. */
  readonly webhook: SecretSource;
  /**
   * `cheerful` adds applause and boos.
   *
   * @default 'plain'
   */
  readonly tone?: 'plain' | 'cheerful';
  /**
   * Who is called when a release fails, as Slack's member id, e.g. `U012AB3CD`.
   *
   * @default - nobody in particular
   */
  readonly owner?: string;
}

export interface ImageSettings {
  /** Where the image is pushed to, without a tag, e.g. `registry.example.org/webshop`. */
  readonly repository: string;
  /** @default - the registry lets everybody push */
  readonly login?: { readonly username: string; readonly password: SecretSource };
  /**
   * `local`: this machine's Docker. `ssh://user@host`: the Docker of another one, where this one has none.
   * `ci`: a CircleCI pipeline, with the parameters `action` (`build`), `version` and `commit`.
   *
   * @default 'local'
   */
  readonly builder?: Builder;
  /**
   * Folder of the repository that is built from.
   *
   * @default '.'
   */
  readonly context?: string;
  /**
   * Dockerfile, from the context.
   *
   * @default 'Dockerfile'
   */
  readonly dockerfile?: string;
  /**
   * Builder image of Cloud Native Buildpacks, with its digest; `pack` builds with it instead of with a Dockerfile. Build arguments
   * become variables of the build and of the image.
   *
   * @default - the Dockerfile
   */
  readonly buildpacks?: string;
  /**
   * Whether the image carries an SBOM and its provenance; needs Docker's buildx with a builder of its own.
   *
   * @default false
   */
  readonly attest?: boolean;
  /** Build arguments. No secrets: they can be read in the image. @default - VERSION alone, which there always is */
  readonly args?: Readonly<Record<string, string>>;
  /**
   * How often a build that failed is tried again.
   *
   * @default 1
   */
  readonly retry?: number;
  /**
   * Processor architecture that the image must have, as Docker calls it.
   *
   * @default - any
   */
  readonly architecture?: 'amd64' | 'arm64';
}

export type Builder = 'local' | 'ci' | `ssh://${string}`;

/** What is asked before a release. Each can be overridden with a reason, which is recorded. */
export interface GuardSettings {
  /**
   * Repository on GitHub, as `owner/name`; needed for the next two.
   *
   * @default - GitHub is not asked
   */
  readonly github?: { readonly repository: string; readonly token: SecretSource };
  /**
   * CI must be green: `true` for whatever checks the commit has (one at least), or the names of those that it must have.
   *
   * @default false
   */
  readonly requireGreenCi?: boolean | readonly string[];
  /**
   * How many people other than the author must have approved the pull request.
   *
   * @default 0
   */
  readonly requireApprovals?: number;
  /**
   * Branch that every released commit must be on.
   *
   * @default - any branch of the remote
   */
  readonly requireBranch?: string;
  /** @default [] */
  readonly freeze?: readonly Freeze[];
}

export interface ReleaseEnvironments {
  /** Where a release is checked, e.g. `dev`. */
  readonly staging: string;
  /** Where the same image goes then, e.g. `prod`. */
  readonly production: string;
}

/** Both get every release and hotfix. They may be the same branch. */
export interface BranchSettings {
  /** Where work is collected; releases start here. */
  readonly develop: string;
  /** What is in production. */
  readonly main: string;
}

export interface VersionSettings {
  readonly scheme: VersionScheme;
  /**
   * Letter of the first hotfix of a release.
   *
   * @default 'b' - the release itself counts as `a`
   */
  readonly firstHotfixLetter?: string;
  /**
   * Files that hold the version; a release changes all of them in one commit.
   *
   * @default [] - the version is in tags only
   */
  readonly files?: readonly BumpFile[];
}

export const application: Application = {
  versions: { scheme: 'YYYYMM.N' },
  swarm: web,
};
