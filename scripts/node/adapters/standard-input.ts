import { SlipwayError } from '../../domain/slipway-error';

/**
 * All of standard input.
 *
 * @throws SlipwayError when there is more than allowed, or nothing
 */
export async function readStandardInput(maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > maxBytes) {
      throw new SlipwayError(
        `the release on standard input is too big: allowed are ${maxBytes} bytes; shorten its configs`,
      );
    }
    chunks.push(bytes);
  }
  if (size === 0) throw new SlipwayError('no release on standard input; hand one in with `slipway deploy`');
  return Buffer.concat(chunks).toString('utf8');
}
