import { type Service, startService } from '../../adapters/service';
import { type Command, ProcessShell, type Result, type RunOptions, type Shell } from '../../adapters/shell';
import { SlipwayError } from '../../domain/slipway-error';

type LabRunOptions = Omit<RunOptions, 'write'>;

/** Where Debian keeps the programs of administrators, which is not on everybody's PATH. */
const ADMIN_FOLDERS = '/usr/sbin:/sbin';

/** Runs the programs of a lab. */
export class LabShell {
  /** Environment of all programs. */
  readonly env: NodeJS.ProcessEnv;
  private readonly shell: Shell;

  constructor(env: NodeJS.ProcessEnv) {
    this.env = { ...env, PATH: `${env['PATH'] ?? ''}:${ADMIN_FOLDERS}` };
    this.shell = new ProcessShell({ env: this.env });
  }

  run(command: Command, options: LabRunOptions = {}): Promise<Result> {
    return this.shell.run(command, { ...options, write: true });
  }

  /**
   * What the program printed.
   *
   * @throws SlipwayError with the last line of its complaint when it fails
   */
  async must(command: Command, options: LabRunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, options);
    if (code === 0) return stdout.trim();
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new SlipwayError(`${command.join(' ')} ended with ${code}: ${reason}`);
  }

  /** Runs Docker's own client, against the engine that DOCKER_HOST names. */
  docker(...words: readonly string[]): Promise<string> {
    return this.must(['docker', ...words]);
  }

  /**
   * Starts a program that runs until it is ended. It keeps nobody waiting: a test that forgets its lab ends all the same,
   * and the next lab removes what is left.
   */
  startBeside(command: Command, logFile: string): Service {
    const service = startService(command, this.env, logFile);
    service.release();
    return service;
  }
}
