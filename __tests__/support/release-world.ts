import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mergeFolderOf } from '../../scripts/adapters/git-merge-folder';
import { Git } from '../../scripts/adapters/git';
import { RunFile } from '../../scripts/adapters/run-file';
import { ProcessShell } from '../../scripts/adapters/shell';
import type { Deployer, DeployRequest } from '../../scripts/release/deployer';
import type { ImagePort, ReleasePorts } from '../../scripts/release/release-ports';
import type { Application } from '../../stacks/environments/application';

export const RELEASED: Application = {
  versions: { scheme: 'YYYYMM.N', files: [{ file: 'version.txt', plain: true }] },
  environments: { staging: 'dev', production: 'prod' },
};

/** What is outside the repository, as a release leaves it. */
export interface PlatformState {
  /** `version digest` by environment. */
  readonly live: Readonly<Record<string, string>>;
  /** Digest by tag. */
  readonly images: Readonly<Record<string, string>>;
  /** Every call, in order. */
  readonly calls: readonly string[];
}

const NOTHING: PlatformState = { live: {}, images: {}, calls: [] };

/** A registry and two environments in a file, so that they outlive a process that is killed. */
export class Platform {
  /** Asked before a call is answered; what it throws, the call throws. */
  obstacle: (call: string) => void = () => undefined;

  constructor(private readonly file: string) {}

  get state(): PlatformState {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, 'utf8')) as PlatformState) : NOTHING;
  }

  readonly image: ImagePort = {
    build: async (version, commit) => {
      this.call(`build ${version}`);
      const digest = `sha256:${commit.padEnd(64, '0')}`;
      this.change({ images: { [`git-commit-${commit.slice(0, 7)}`]: digest } });
      return digest;
    },
    name: async (version, digest) => {
      this.call(`name ${version}`);
      const named = this.state.images[version];
      if (named !== undefined && named !== digest) throw new Error(`${version} names another image`);
      this.change({ images: { [version]: digest } });
    },
    moveLatest: async digest => {
      this.call('latest');
      this.change({ images: { latest: digest } });
    },
  };

  readonly deployer: Deployer = {
    deploy: async request => this.serve(`deploy ${request.environment}`, request),
    verify: async environment => this.call(`verify ${environment}`),
    promote: async request => {
      if (this.state.live[request.from] !== `${request.version} ${request.digest}`)
        throw new Error('not what was checked');
      this.serve(`promote ${request.environment}`, request);
    },
    status: async () => undefined,
  };

  readonly purge = async () => this.call('purge');

  private serve(call: string, { environment, version, digest }: DeployRequest): void {
    this.call(call);
    this.change({ live: { [environment]: `${version} ${digest}` } });
  }

  private call(call: string): void {
    this.obstacle(call);
    this.write({ ...this.state, calls: [...this.state.calls, call] });
  }

  private change({ live, images }: Partial<PlatformState>): void {
    const { state } = this;
    this.write({ ...state, live: { ...state.live, ...live }, images: { ...state.images, ...images } });
  }

  private write(state: PlatformState): void {
    writeFileSync(this.file, JSON.stringify(state));
  }
}

export interface PersonOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: Platform;
  readonly log: (line: string) => void;
}

/** The ports of somebody who agrees to everything, on a fixed day. */
export function portsOf({ folder, env, platform, log }: PersonOptions): ReleasePorts {
  const git = new Git(new ProcessShell({ env }), folder, 'origin');
  return {
    finalizing: { git, log, mergeFolder: branch => mergeFolderOf(git, folder, branch) },
    runs: new RunFile(folder),
    now: () => new Date('2026-11-25T12:00:00Z'),
    newId: () => path.basename(folder),
    by: 'Release Tester',
    refusals: async () => [],
    confirm: async () => true,
    announce: async () => undefined,
    timed: (_what, work) => work(),
    signal: new AbortController().signal,
    image: platform.image,
    deployer: platform.deployer,
    purge: platform.purge,
  };
}
