import { confirm } from '../adapters/confirm';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Context } from './context';

/** Asks a person at the terminal, unless they have agreed before. */
export async function agree(
  { interactive, signal, dryRun }: Context,
  question: string,
  yes: boolean,
): Promise<boolean> {
  if (yes || dryRun) return true;
  if (!interactive) throw new SlipwayError('nobody can be asked without a terminal; add --yes to agree to everything');
  return confirm(question, signal);
}

/** @throws SlipwayError (exit code 9) when the person declines, before anything was changed */
export async function mustAgree(context: Context, question: string, yes: boolean, what: string): Promise<void> {
  if (await agree(context, question, yes)) return;
  throw new SlipwayError(`${what} was declined; nothing was changed`, ExitCode.Refused);
}
