import { Token } from 'cdktf';
import { InvalidValueError } from '../invalid-value';
import { isHostLabels } from './domain-name';

const LOCAL_PART = /^[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?$/;

/** Whether this can stand before the `@` without quoting. */
export function isLocalPart(value: string): boolean {
  return LOCAL_PART.test(value) && !value.includes('..');
}

/**
 * Accepts a plain mailbox address, the kind that may stand in a DNS record or a subscription unquoted.
 *
 * @throws InvalidValueError for anything else; an unresolved token passes
 */
export function assertEmailAddress(what: string, value: string): void {
  if (Token.isUnresolved(value)) return;
  const [local = '', domain = '', ...rest] = value.split('@');
  if (rest.length === 0 && isLocalPart(local) && domain.includes('.') && isHostLabels(domain)) return;
  throw new InvalidValueError(what, value, 'one mailbox address', 'write it like ops@example.org');
}
