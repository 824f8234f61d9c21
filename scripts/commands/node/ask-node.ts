import { ExitCode } from '../../domain/exit-code';
import { asWord, parseWords } from '../../domain/release/words';
import { application } from '../../../stacks/environments/application';
import type { Action } from '../action';
import type { Context } from '../context';
import { personOf, runUrlOf } from '../released-application';
import { withNode } from './node-session';
import { type NodeOptions, readOutputs } from './node-target';

/** What the audit of a node is to know. */
export interface Asker {
  /** @default - who Git or the pipeline says */
  readonly by?: string;
  readonly reason?: string;
  /** @default - the pipeline's own */
  readonly runUrl?: string;
}

/** What is asked of the release program on a node. */
export interface NodeQuestion extends NodeOptions, Asker {
  /** The verb and its own words, e.g. `['scale', 'web=2']`. */
  readonly words: readonly string[];
  /** Whether it changes something; then who asks is told along. */
  readonly changes: boolean;
  /** Text for the standard input of the program. */
  readonly input?: string;
  /** Whether the answer is wanted in JSON. */
  readonly json: boolean;
}

/**
 * Hands words to the release program of a node, shows what it says, and ends as it ends. The words are checked before anybody is
 * connected to.
 */
export function askNode(question: NodeQuestion, outputsOf = readOutputs): Action {
  return async context => {
    const { environment, changes, input, json } = question;
    const { output, dryRun } = context;
    const words = [
      ...question.words,
      ...(changes ? await aboutAsker(context, question) : []),
      ...(json ? ['--json'] : []),
    ];
    parseWords(words.join(' '));
    if (dryRun && changes) {
      output.print(`would ask the node of ${environment}: ${words.join(' ')}`);
      return ExitCode.Done;
    }
    return withNode(
      context,
      question,
      async node => {
        const { code } = await node.run(words, {
          write: changes,
          ...(input !== undefined && { input }),
          onLine: (line, stream) => {
            if (stream === 'stderr') output.log(line);
            else if (json) output.json(JSON.parse(line));
            else output.print(line);
          },
        });
        return code;
      },
      outputsOf,
    );
  };
}

/** Who asks, why, and in which run of the pipeline. */
export async function aboutAsker(context: Context, asker: Asker): Promise<readonly string[]> {
  const { by = await personOf(context, application), reason, runUrl = runUrlOf(context) } = asker;
  const options = { by, reason, 'run-url': runUrl };
  return Object.entries(options).flatMap(([name, text]) => (text === undefined ? [] : [`--${name}`, asWord(text)]));
}
