import { createHmac } from 'node:crypto';

/** Docker's limit for the name of a secret or a file. */
const MAX_NAME = 64;
const HASH_DIGITS = 12;

/**
 * Name of a secret or file in Docker, which follows from its content: Docker lets neither be changed, so another content is
 * another name.
 *
 * @param key  only this node knows it; without it, a weak secret could be guessed by trying which name it would have
 */
export function contentName(stack: string, name: string, content: string, key: Buffer): string {
  const hash = createHmac('sha256', key).update(content).digest('hex').slice(0, HASH_DIGITS);
  return `${`${stack}_${name}`.slice(0, MAX_NAME - HASH_DIGITS - 1)}_${hash}`;
}
