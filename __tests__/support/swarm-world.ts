import type { SampleMode } from '../../scripts/rehearsal/swarm-lab/sample-images';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import { type Deployed, DeployProgram } from './deploy-program';
import { type SampleOptions, sampleRelease } from './sample-release';
import { startSwarmLab } from './swarm-lab';

/** Time for a test that releases once or twice. */
export const RELEASE_MS = 240_000;

/** A swarm with the release program on it. */
export class SwarmWorld {
  readonly deploy: DeployProgram;

  private constructor(readonly lab: SwarmLab) {
    const settings = lab.writeNodeSettings();
    this.deploy = new DeployProgram(lab.folder, { ...process.env, ...lab.dockerEnv, SLIPWAY_NODE_CONFIG: settings });
  }

  static async start(): Promise<SwarmWorld> {
    const lab = await startSwarmLab();
    try {
      return new SwarmWorld(lab);
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** Pushes a version of the sample application and hands it to `apply`. */
  async release(
    version: string,
    options: Partial<SampleOptions> & { readonly mode?: SampleMode } = {},
  ): Promise<Deployed> {
    const { mode, ...rest } = options;
    const image = rest.image ?? (await this.lab.pushVersion(version, mode));
    return this.deploy.apply(sampleRelease({ version, image, ...rest }));
  }

  /** What the program says of the stack. */
  async status(stack = 'webshop-prod'): Promise<Status> {
    const { stdout } = await this.deploy.run(`status --stack ${stack} --json`);
    return JSON.parse(stdout) as Status;
  }

  /** The newest record. */
  async lastRecord(): Promise<LastRecord> {
    const { stdout } = await this.deploy.run('releases --limit 1 --json');
    return JSON.parse(stdout) as LastRecord;
  }

  /** Names of the stack's services, as Docker says. */
  async services(stack = 'webshop-prod'): Promise<string[]> {
    const text = await this.lab.docker(
      'service',
      'ls',
      '--filter',
      `label=com.docker.stack.namespace=${stack}`,
      '--format',
      '{{.Name}}',
    );
    return text
      .split('\n')
      .filter(name => name !== '')
      .sort();
  }

  /** Ids of the containers that run an image; with `--all` also of those that have ended. */
  async containersOf(image: string, ...more: string[]): Promise<string[]> {
    const ids = await this.lab.docker('ps', '--quiet', '--filter', `ancestor=${image}`, ...more);
    return ids.split('\n').filter(id => id !== '');
  }

  stop(): Promise<void> {
    return this.lab.stop();
  }
}

interface Status {
  readonly version: string | null;
  readonly n: number | null;
  readonly services: readonly {
    readonly service: string;
    readonly version: string;
    readonly role: string;
    readonly running: number;
    readonly wanted: number;
  }[];
  readonly dirty: readonly string[];
  readonly kept?: { readonly n: number };
  readonly lock?: { readonly by: string };
  readonly unfinished?: { readonly n: number; readonly state: string; readonly public: readonly string[] };
  readonly last?: { readonly result: string; readonly message?: string };
}

interface LastRecord {
  readonly n: number;
  readonly version: string;
  readonly result: string;
  readonly message?: string;
  readonly downtimeMs: number;
  readonly timings: Readonly<Record<string, number>>;
}
