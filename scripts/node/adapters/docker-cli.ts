import type { Clock } from '../../adapters/clock';
import type { Command, Result, Shell } from '../../adapters/shell';
import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import { until } from '../until';

/** Credentials for a registry. */
export interface RegistryLogin {
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** Changes of what Docker runs, each a command that a person could type on the node. */
export interface DockerCli {
  /** Makes services as a Compose file says; services that it does not name are left alone. */
  deployStack(stack: string, composeFile: unknown): Promise<void>;
  /** Removes services by their full names; those that are gone already are no error. */
  removeServices(names: readonly string[]): Promise<void>;
  scale(replicas: Readonly<Record<string, number>>): Promise<void>;
  /** Pulls an image onto this node. */
  pull(image: string): Promise<void>;
  /** Runs a job with this image on every node, to make each pull it; the command does not exist, so nothing of it runs. */
  pullEverywhere(stack: string, service: string, image: string): Promise<void>;
  createContent(kind: 'secret' | 'config', name: string, content: string): Promise<void>;
  removeContent(kind: 'secret' | 'config', names: readonly string[]): Promise<void>;
  tag(image: string, tag: string): Promise<void>;
  removeImages(images: readonly string[]): Promise<void>;
  /**
   * Removes from this node the ended containers of a stack's services that are gone: Docker forgets those of jobs, and each keeps
   * its image from being removed.
   *
   * @param services  ids of the services that are there
   */
  removeEndedContainers(stack: string, services: readonly string[]): Promise<void>;
  /** The last lines that a service's tasks wrote. */
  logs(service: string, lines: number): Promise<string>;
  login(registry: RegistryLogin): Promise<void>;
  /**
   * Runs a command in a container of this node, as the container's own user, with this program's standard streams.
   *
   * @returns its exit code; Docker's own where the command could not be started: 126, 127, or 1
   */
  execute(container: string, command: readonly string[]): Promise<number>;
}

/** Not a program of any image: a task with it ends before it starts, once its image is there. */
export const NO_PROGRAM = '/slipway-pull-only';

/** The engine is not there, or not yet all of it; or somebody else has just changed the same service. */
const AWAY =
  /cannot connect to the docker daemon|error during connect|unexpected EOF|does not have a leader|no leader|not a swarm manager|update out of sequence|code = Unavailable/i;
const PATIENCE_MS = 90_000;
const RETRY_MS = 500;

export interface ShellDockerCliOptions {
  readonly shell: Shell;
  readonly clock: Clock;
  /** Socket of the engine. */
  readonly socket: string;
  /** Folder for the credentials of this run. */
  readonly configFolder: string;
}

/** The `docker` command. A restarting engine is waited for: every change here may be repeated. */
export class ShellDockerCli implements DockerCli {
  constructor(private readonly options: ShellDockerCliOptions) {}

  async deployStack(stack: string, composeFile: unknown): Promise<void> {
    await this.must(
      ['stack', 'deploy', '--with-registry-auth', '--resolve-image', 'never', '--compose-file', '-', stack],
      {
        input: JSON.stringify(composeFile),
      },
    );
  }

  async removeServices(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const result = await this.run(['service', 'rm', ...names]);
    const real = result.stderr
      .split('\n')
      .filter(line => line.trim() !== '' && !/no such service|not found/i.test(line));
    if (result.code !== 0 && real.length > 0) throw this.failure(['service', 'rm', ...names], result);
  }

  async scale(replicas: Readonly<Record<string, number>>): Promise<void> {
    const wanted = Object.entries(replicas).map(([service, count]) => `${service}=${count}`);
    await this.must(['service', 'scale', '--detach', ...wanted]);
  }

  async pull(image: string): Promise<void> {
    const result = await this.run(['pull', '--quiet', image]);
    if (result.code !== 0) throw pullFailure(image, lastLine(result.stderr));
  }

  async pullEverywhere(stack: string, service: string, image: string): Promise<void> {
    const words = [
      ...['service', 'create', '--detach', '--quiet', '--name', service, '--mode', 'global-job'],
      ...[
        '--label',
        `com.docker.stack.namespace=${stack}`,
        '--restart-condition',
        'none',
        '--with-registry-auth',
        '--no-resolve-image',
        '--no-healthcheck',
      ],
      ...['--entrypoint', NO_PROGRAM, image],
    ];
    const result = await this.run(words);
    // Its first answer may have been lost.
    if (result.code !== 0 && !/name conflicts/i.test(result.stderr)) throw this.failure(words, result);
  }

  async createContent(kind: 'secret' | 'config', name: string, content: string): Promise<void> {
    const result = await this.run([kind, 'create', name, '-'], { input: content });
    if (result.code !== 0 && !/already exists/i.test(result.stderr))
      throw this.failure([kind, 'create', name, '-'], result);
  }

  async removeContent(kind: 'secret' | 'config', names: readonly string[]): Promise<void> {
    // One that a service still uses is refused by Docker, which is what we want of it.
    if (names.length > 0) await this.run([kind, 'rm', ...names]);
  }

  async tag(image: string, tag: string): Promise<void> {
    await this.must(['tag', image, tag]);
  }

  async removeImages(images: readonly string[]): Promise<void> {
    // An image that a container uses is refused by Docker and stays.
    if (images.length > 0) await this.run(['image', 'rm', ...images]);
  }

  async removeEndedContainers(stack: string, services: readonly string[]): Promise<void> {
    const label = (name: string) => `{{.Label "com.docker.swarm.service.${name}"}}`;
    const states = ['created', 'exited', 'dead'].flatMap(state => ['--filter', `status=${state}`]);
    const words = ['ps', '--all', '--no-trunc', ...states, '--format', `{{.ID}} ${label('id')} ${label('name')}`];
    const { stdout } = await this.run(words);
    const over = stdout
      .split('\n')
      .map(line => line.split(' '))
      .filter(([, service = '', name = '']) => name.startsWith(`${stack}_`) && !services.includes(service))
      .map(([container = '']) => container);
    // One that Docker removes at this moment is no trouble.
    if (over.length > 0) await this.run(['rm', ...over]);
  }

  async logs(service: string, lines: number): Promise<string> {
    const { stdout, stderr } = await this.run(['service', 'logs', '--no-trunc', '--tail', `${lines}`, service]);
    return `${stdout}${stderr}`.trim();
  }

  async login({ server, username, password }: RegistryLogin): Promise<void> {
    const words = ['login', '--username', username, '--password-stdin', server];
    const result = await this.run(words, { input: password });
    if (result.code === 0) return;
    throw new SlipwayError(
      `registry ${server} refuses the user ${username}: ${lastLine(result.stderr)}; renew the secret that the release names`,
      ExitCode.VerificationFailed,
    );
  }

  async execute(container: string, command: readonly string[]): Promise<number> {
    // What stands behind the container is the command, however much it looks like an option.
    const { code } = await this.options.shell.run(this.command(['exec', '--interactive', container, ...command]), {
      write: true,
      inherit: true,
    });
    return code;
  }

  private async must(words: readonly string[], options: { readonly input?: string } = {}): Promise<Result> {
    const result = await this.run(words, options);
    if (result.code !== 0) throw this.failure(words, result);
    return result;
  }

  private async run(words: readonly string[], { input }: { readonly input?: string } = {}): Promise<Result> {
    const { shell, clock } = this.options;
    const command = this.command(words);
    let last: Result | undefined;
    const attempt = async () => {
      last = await shell.run(command, { write: true, ...(input !== undefined && { input }) });
      return last.code !== 0 && AWAY.test(last.stderr) ? undefined : last;
    };
    const result = await until(attempt, { clock, intervalMs: RETRY_MS, timeoutMs: PATIENCE_MS });
    if (result === undefined) {
      throw new SlipwayError(
        `docker ${words[0] ?? ''} gets no answer: ${lastLine(last?.stderr ?? '')}; see: systemctl status docker`,
        ExitCode.VerificationFailed,
      );
    }
    return result;
  }

  private command(words: readonly string[]): Command {
    const { socket, configFolder } = this.options;
    // With us, the command ends as well: it must not go on behind the back of whoever takes over.
    const prefix = ['setpriv', '--pdeathsig', 'KILL', 'docker'] as const;
    return [...prefix, '--host', `unix://${socket}`, '--config', configFolder, ...words];
  }

  private failure(words: readonly string[], { code, stderr }: Result): SlipwayError {
    return new SlipwayError(
      `docker ${words.join(' ')} ended with ${code}: ${lastLine(stderr)}`,
      ExitCode.VerificationFailed,
    );
  }
}

/** What the registry, or the way to it, had against a pull; with what to do about it. */
export function pullFailure(image: string, reason: string): SlipwayError {
  const next = /unauthorized|denied|authentication|no basic auth/i.test(reason)
    ? 'renew the registry secret that the release names'
    : /not found|manifest unknown|no such image/i.test(reason)
      ? 'push the image, then release again'
      : 'check that the registry is in reach of the node, then release again';
  return new SlipwayError(`image ${image} cannot be pulled: ${reason}; ${next}`, ExitCode.VerificationFailed);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
