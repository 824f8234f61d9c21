import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { VERIFY_LABEL } from '../domain/verify/run-arguments';
import type { RegistryLogin } from './registry';
import type { Result, RunOptions, Shell } from './shell';

/** How a container is. */
export interface ContainerState {
  readonly running: boolean;
  readonly exitCode: number;
  /** What its image's own health check says, e.g. `healthy`; empty where it has none. */
  readonly health: string;
}

export interface LocalDockerOptions {
  readonly shell: Shell;
  readonly signal: AbortSignal;
  /** Name of the network, and value of the label, of everything that is started. */
  readonly id: string;
  /** Folder for the login to a registry, which goes afterwards. */
  readonly folder: string;
}

const STATE = '{{.State.Running}} {{.State.ExitCode}} {{with .State.Health}}{{.Status}}{{end}}';

/** This machine's Docker, for containers that go again. */
export class LocalDocker {
  constructor(private readonly options: LocalDockerOptions) {}

  /** Gets an image, with a login where the registry wants one. One that is here already is not asked for. */
  async provide(image: string, access?: { readonly server: string; readonly login: RegistryLogin }): Promise<void> {
    if ((await this.run(['image', 'inspect', '--format', '{{.Id}}', image])).code === 0) return;
    const settings = access === undefined ? [] : ['--config', this.options.folder];
    if (access !== undefined) {
      const { server, login } = access;
      const words = [...settings, 'login', '--username', login.username, '--password-stdin', server];
      await this.must(words, { input: login.password });
    }
    await this.must([...settings, 'pull', '--quiet', image], { signal: this.options.signal });
  }

  /** Makes the network in which the containers find each other by name. */
  async makeNetwork(): Promise<void> {
    const { id } = this.options;
    await this.must(['network', 'create', '--label', `${VERIFY_LABEL}=${id}`, id]);
  }

  /** @returns the id of the container */
  async start(runArguments: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    return this.must(['run', ...runArguments], { env });
  }

  async stateOf(container: string): Promise<ContainerState> {
    const [running, exitCode, health = ''] = (await this.must(['inspect', '--format', STATE, container])).split(' ');
    return { running: running === 'true', exitCode: Number(exitCode), health };
  }

  /** Runs a command in a container. */
  execute(container: string, command: readonly string[]): Promise<Result> {
    return this.run(['exec', container, ...command]);
  }

  /** Port of this machine that leads to one of a container. */
  async portOf(container: string, port: number): Promise<number> {
    const said = await this.must(['port', container, `${port}/tcp`]);
    return Number(/:(\d+)$/m.exec(said)?.[1]);
  }

  /** The last lines that a container wrote. */
  async logs(container: string, lines: number): Promise<readonly string[]> {
    const { stdout, stderr } = await this.run(['logs', '--tail', `${lines}`, container]);
    return `${stdout}${stderr}`.split('\n').filter(line => line.trim() !== '');
  }

  /** Removes everything that was started, whatever it does. */
  async removeAll(volumes: readonly string[]): Promise<void> {
    const { id } = this.options;
    const containers = await this.must(['ps', '--all', '--quiet', '--filter', `label=${VERIFY_LABEL}=${id}`]);
    if (containers !== '') await this.must(['rm', '--force', '--volumes', ...containers.split('\n')]);
    if (volumes.length > 0) await this.run(['volume', 'rm', ...volumes]);
    const networks = await this.must(['network', 'ls', '--quiet', '--filter', `label=${VERIFY_LABEL}=${id}`]);
    if (networks !== '') await this.must(['network', 'rm', ...networks.split('\n')]);
  }

  private async must(words: readonly string[], options: Partial<RunOptions> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(words, options);
    if (code === 0) return stdout.trim();
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    const verb = words.find(word => /^[a-z]+$/.test(word)) ?? '';
    const next = /daemon|not found|permission denied/i.test(reason) ? '; see: docker version' : '';
    throw new SlipwayError(`docker ${verb} ended with ${code}: ${reason}${next}`, ExitCode.Usage);
  }

  private run(words: readonly string[], options: Partial<RunOptions> = {}): Promise<Result> {
    return this.options.shell.run(['docker', ...words], { write: true, ...options });
  }
}
