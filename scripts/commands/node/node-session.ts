import type { Result } from '../../adapters/shell';
import { Ssh } from '../../adapters/ssh';
import { ExitCode } from '../../domain/exit-code';
import { parseWords } from '../../domain/release/words';
import { SlipwayError } from '../../domain/slipway-error';
import type { Context } from '../context';
import { type NodeOptions, nodeTarget, readOutputs } from './node-target';

/** What goes with the words of one question. */
export interface Question {
  /** Whether it changes something. */
  readonly write: boolean;
  /** Text for the standard input of the program. */
  readonly input?: string;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** The release program of a node, to be asked one thing after the other. */
export class NodeSession {
  constructor(
    private readonly context: Context,
    private readonly environment: string,
    private readonly ssh: Ssh,
  ) {}

  /**
   * Runs words; how the program ended is a result.
   *
   * @throws SlipwayError when it was not even started
   */
  async run(words: readonly string[], question: Question): Promise<Result & { readonly code: ExitCode }> {
    const { shell, signal } = this.context;
    parseWords(words.join(' '));
    const result = await this.ssh.run(shell, words, { signal, ...question });
    const code = Object.values(ExitCode).find(one => one === result.code);
    if (code !== undefined) return { ...result, code };
    const { environment } = this;
    throw new SlipwayError(
      `the node of ${environment} did not run its release program (exit code ${result.code}: ${lastLine(result.stderr)}); look at its boot: slipway doctor ${environment}`,
    );
  }

  /**
   * Runs a command in a task, with the streams of this process.
   *
   * @returns the exit code of the command
   */
  stream(words: readonly string[]): Promise<number> {
    const { shell, signal } = this.context;
    return this.ssh.stream(shell, words, signal);
  }

  /** Answers of a verb that only looks, as objects. */
  async look<T>(...words: readonly string[]): Promise<readonly T[]> {
    const { code, stdout, stderr } = await this.run([...words, '--json'], { write: false });
    if (code !== ExitCode.Done) throw failure(stderr, code);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as T);
  }
}

/** What the program said last, as an error of ours. */
export function failure(stderr: string, code: ExitCode): SlipwayError {
  return new SlipwayError(lastLine(stderr).replace(/^deploy: /, ''), code);
}

/** Gives `work` the node of an environment for as long as it works. */
export async function withNode<T>(
  context: Context,
  options: NodeOptions,
  work: (node: NodeSession) => Promise<T>,
  outputsOf = readOutputs,
): Promise<T> {
  const ssh = new Ssh(await nodeTarget(context, options, outputsOf), context.env);
  try {
    return await work(new NodeSession(context, options.environment, ssh));
  } finally {
    ssh.close();
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
