import { InvalidValueError } from '../../../constructs/invalid-value';
import type { Environment } from '../../../stacks/environments/environment';

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(${LABEL}\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`);
const MAX_LENGTH = 253;

/** @throws InvalidValueError when the environment's domain cannot be one, before a question about it is asked */
export function assertDomain({ name, domain }: Pick<Environment, 'name' | 'domain'>): void {
  if (domain.length <= MAX_LENGTH && DOMAIN.test(domain)) return;
  throw new InvalidValueError(
    `domain of ${name}`,
    domain,
    'a lower case name such as shop.example.org, without trailing dot',
    `edit stacks/environments/${name}.ts`,
  );
}
