import { Token } from 'cdktf';
import { InvalidValueError } from '../invalid-value';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_LENGTH = 253;

/** Whether each dot-separated part is a host label as DNS allows it: lower case, 63 characters at most. */
export function isHostLabels(value: string): boolean {
  return value.length <= MAX_LENGTH && value.split('.').every(label => LABEL.test(label));
}

/**
 * Accepts a registrable name or one below it, e.g. `example.org`, `dev.example.org`, `xn--bcher-kva.example`.
 *
 * Upper case and a trailing dot are refused, not mended: the name becomes part of parameter names, policies and
 * certificates, where a second spelling would be a second thing.
 *
 * @throws InvalidValueError for anything else; an unresolved token passes
 */
export function assertDomainName(what: string, value: string): void {
  if (Token.isUnresolved(value)) return;
  const labels = value.split('.');
  const isAddress = /^\d*$/.test(labels.at(-1) ?? '');
  if (isHostLabels(value) && labels.length >= 2 && !isAddress) return;
  throw new InvalidValueError(
    what,
    value,
    'two or more lower-case labels of at most 63 characters, without a trailing dot',
    'write it like dev.example.org, an international name in punycode (xn--...)',
  );
}
