import type { SecretSource } from '../../stacks/environments/secret-source';
import { SlipwayError } from '../domain/slipway-error';
import type { Shell } from './shell';

/** Every value that this process has read: none of them may get to where people read. */
const read = new Set<string>();

/** A text without the secrets that were read; what is told of a failure may be what a program said. */
export function withoutSecrets(text: string): string {
  return [...read].reduce((left, secret) => left.replaceAll(secret, '***'), text);
}

/** Reads a secret; undefined when its variable is not set, for those who can do without. */
export async function findSecret(
  source: SecretSource,
  { env, shell }: { readonly env: Readonly<NodeJS.ProcessEnv>; readonly shell: Shell },
): Promise<string | undefined> {
  if ('env' in source) return kept(env[source.env]);
  const { code, stdout } = await shell.run(source.command, { write: false });
  const value = stdout.trim();
  if (code === 0 && value !== '') return kept(value);
  // What the program says may hold a part of the secret.
  throw new SlipwayError(`the secret's command ${source.command[0]} ended with ${code} and no value; run it by hand`);
}

function kept(value: string | undefined): string | undefined {
  if (!value) return undefined;
  read.add(value);
  return value;
}

/** @throws SlipwayError when there is none */
export async function readSecret(
  source: SecretSource,
  what: string,
  context: Parameters<typeof findSecret>[1],
): Promise<string> {
  const value = await findSecret(source, context);
  if (value !== undefined) return value;
  const place = 'env' in source ? source.env : source.command[0];
  throw new SlipwayError(
    `${what} is not there: ${place} is not set; set it, or correct stacks/environments/application.ts`,
  );
}
