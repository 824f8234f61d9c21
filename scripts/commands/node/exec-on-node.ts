import { ExitCode } from '../../domain/exit-code';
import { asWord, parseWords } from '../../domain/release/words';
import { SlipwayError } from '../../domain/slipway-error';
import type { Action } from '../action';
import { type Asker, aboutAsker } from './ask-node';
import { type NodeOptions, readOutputs } from './node-target';
import { withNode } from './node-session';

/** A command that is to run in a task of a service. */
export interface Execution extends NodeOptions, Asker {
  readonly service: string;
  /** A program and its arguments, which no shell looks at. */
  readonly command: readonly string[];
  /** @default - the environment's own */
  readonly stack?: string;
  /** Whether JSON was asked for, which this cannot give. */
  readonly json?: boolean;
}

/**
 * Runs a command in a task of a service, with the streams of this process.
 *
 * @returns an action that ends with the exit code of the command
 */
export function execOnNode(execution: Execution, outputsOf = readOutputs): Action {
  return async context => {
    const { environment, service, stack, command, json = false } = execution;
    if (json) throw new SlipwayError('exec hands on what the command prints, as it is; leave --json out');
    if (command.includes(''))
      throw new SlipwayError('exec cannot hand on an empty argument; use a shell: -- sh -c ...');
    const options = [...(stack === undefined ? [] : ['--stack', stack]), ...(await aboutAsker(context, execution))];
    const words = ['exec', service, ...options, '--', ...command.map(asWord)];
    assertShort(words);
    parseWords(words.join(' '));
    if (context.dryRun) {
      context.output.print(`would ask the node of ${environment}: ${words.join(' ')}`);
      return ExitCode.Done;
    }
    // Whatever number the command ends with is what this ends with.
    return withNode(context, execution, node => node.stream(words) as Promise<ExitCode>, outputsOf);
  };
}

/** What is too long for a node has a way that is not. */
function assertShort(words: readonly string[]): void {
  try {
    parseWords(words.join(' '));
  } catch (error) {
    if (!(error instanceof SlipwayError) || !error.message.startsWith('more than')) throw error;
    const [limit] = error.message.split(';');
    throw new SlipwayError(`${limit ?? ''}: hand a long command in by standard input, e.g. -- sh < script.sh`);
  }
}
