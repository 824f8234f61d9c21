import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';

/**
 * The connection was there and is gone, or the program on the node was killed: the two look alike from here. What was to be
 * changed may go on there, so nobody may take this for a failure, or for success.
 *
 * @param environment  whose node it was
 * @param words        what was asked for
 */
export function connectionLost(environment: string, words: readonly string[], changes: boolean): SlipwayError {
  const asked = words[0] ?? '';
  const lost = `the connection to the node of ${environment} was lost, or its program killed, in the middle of ${asked}`;
  if (!changes) return new SlipwayError(`${lost}; nothing was changed, type it again`);
  const stack = words.includes('--stack') ? ` --stack ${words[words.indexOf('--stack') + 1] ?? ''}` : '';
  return new SlipwayError(
    `${lost}; it may go on there, ask how it ended: slipway status ${environment}${stack}`,
    ExitCode.Unknown,
  );
}
