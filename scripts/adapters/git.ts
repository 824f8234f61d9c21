import type { Result, Shell } from './shell';
import { SlipwayError } from '../domain/slipway-error';

/** Messages that can be read by this program, and no question that nobody answers. */
const ENVIRONMENT = { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };

export interface GitRunOptions {
  /** Folder to run in. @default - the repository */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs Git in one repository. */
export class Git {
  constructor(
    private readonly shell: Shell,
    /** Folder of the checkout. */
    readonly folder: string,
    /** Name of the remote that everybody pushes to. */
    readonly remote: string,
  ) {}

  /**
   * What a reading command printed, without the last line feed.
   *
   * @throws SlipwayError with Git's own reason
   */
  async read(args: readonly string[], options: GitRunOptions = {}): Promise<string> {
    return this.outputOf(args, await this.look(args, options));
  }

  /** How a reading command ended, for those whose exit code is an answer. */
  look(args: readonly string[], options: GitRunOptions = {}): Promise<Result> {
    return this.run(args, options, false);
  }

  /** Like `read`, for a command that changes something. */
  async write(args: readonly string[], options: GitRunOptions = {}): Promise<string> {
    return this.outputOf(args, await this.attempt(args, options));
  }

  /** Like `look`, for a command that changes something. */
  attempt(args: readonly string[], options: GitRunOptions = {}): Promise<Result> {
    return this.run(args, options, true);
  }

  private run(args: readonly string[], { folder = this.folder, env, input }: GitRunOptions, write: boolean) {
    return this.shell.run(['git', ...args], {
      cwd: folder,
      env: { ...ENVIRONMENT, ...env },
      write,
      ...(input !== undefined && { input }),
    });
  }

  private outputOf([verb = '']: readonly string[], result: Result): string {
    if (result.code === 0) return result.stdout.trimEnd();
    throw new SlipwayError(`git ${verb} failed in ${this.folder}: ${reasonOf(result)}`);
  }
}

/** Git's own words for what went wrong, in one line and without its alarm. */
export function reasonOf({ code, stdout, stderr }: Result): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n').filter(line => !line.startsWith('hint:'));
  const first = lines.find(line => /^(?:fatal|error): /.test(line)) ?? lines.at(-1) ?? '';
  return first.replace(/^(?:fatal|error): /, '') || `exit code ${code}`;
}
