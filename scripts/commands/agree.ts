import { confirm } from '../adapters/confirm';
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
