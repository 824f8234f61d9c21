import { Ssh } from '../../adapters/ssh';
import { ExitCode } from '../../domain/exit-code';
import { asWord, parseWords } from '../../domain/release/words';
import { SlipwayError } from '../../domain/slipway-error';
import { application } from '../../../stacks/environments/application';
import type { Action } from '../action';
import type { Context } from '../context';
import { personOf } from '../released-application';
import { type NodeOptions, nodeTarget, readOutputs } from './node-target';

/** What is asked of the release program on a node. */
export interface NodeQuestion extends NodeOptions {
  /** The verb and its own words, e.g. `['scale', 'web=2']`. */
  readonly words: readonly string[];
  /** Whether it changes something; then who asks is told along. */
  readonly changes: boolean;
  /** @default - who Git or the pipeline says */
  readonly by?: string;
  readonly reason?: string;
  /** @default - the pipeline's own */
  readonly runUrl?: string;
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
    const { output, shell, signal, dryRun } = context;
    const words = [...question.words, ...(await aboutAsker(context, question)), ...(json ? ['--json'] : [])];
    parseWords(words.join(' '));
    if (dryRun && changes) {
      output.print(`would ask the node of ${environment}: ${words.join(' ')}`);
      return ExitCode.Done;
    }
    const ssh = new Ssh(await nodeTarget(context, question, outputsOf), context.env);
    try {
      const { code, stderr } = await ssh.run(shell, words, {
        write: changes,
        signal,
        ...(input !== undefined && { input }),
        onLine: (line, stream) => {
          if (stream === 'stderr') output.log(line);
          else if (json) output.json(JSON.parse(line));
          else output.print(line);
        },
      });
      return exitCodeOf(environment, code, stderr);
    } finally {
      ssh.close();
    }
  };
}

/** Who asks, why, and in which run of the pipeline. */
async function aboutAsker(context: Context, question: NodeQuestion): Promise<readonly string[]> {
  if (!question.changes) return [];
  const { by = await personOf(context, application), reason, runUrl = context.env['CIRCLE_BUILD_URL'] } = question;
  const options = { by, reason, 'run-url': runUrl };
  return Object.entries(options).flatMap(([name, text]) => (text === undefined ? [] : [`--${name}`, asWord(text)]));
}

/** The program's own exit code; any other one means that it was not even started. */
function exitCodeOf(environment: string, code: number, stderr: string): ExitCode {
  const known = Object.values(ExitCode).find(one => one === code);
  if (known !== undefined) return known;
  const why = stderr.trim().split('\n').at(-1) ?? '';
  throw new SlipwayError(
    `the node of ${environment} did not run its release program (exit code ${code}: ${why}); look at its boot: slipway doctor ${environment}`,
  );
}
