import { InvalidValueError } from '../../constructs/invalid-value';
import { dev } from './dev';
import type { Environment } from './environment';
import { prod } from './prod';

/** Every environment that can be deployed. A third one is one more file and its name here. */
export const environments: readonly Environment[] = [prod, dev];

/**
 * The environment of that name. There is no default: a forgotten argument must never mean production.
 *
 * @throws InvalidValueError for an unknown name, with the names that exist
 */
export function environmentNamed(name: string): Environment {
  const found = environments.find(environment => environment.name === name);
  if (!found) {
    const names = environments.map(environment => environment.name).join(', ');
    throw new InvalidValueError('environment', name, `one of ${names}`, 'run `npx cdktf list` to see the stacks');
  }
  return found;
}
