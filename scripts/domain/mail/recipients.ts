import { InvalidValueError } from '../../../constructs/invalid-value';

/** SES's own mailbox that takes everything, costs nothing in reputation and needs no verification. */
export const SIMULATOR = 'success@simulator.amazonses.com';

/** The mailboxes of the simulator may be written to from the sandbox. */
export function isSimulator(address: string): boolean {
  return domainOf(address) === 'simulator.amazonses.com';
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Whether one of the patterns (`*` for any text, as in IAM's StringLike) covers the address. */
export function mayWriteTo(address: string, patterns: readonly string[]): boolean {
  return patterns.some(pattern => {
    const literal = pattern.split('*').map(text => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${literal.join('.*')}$`, 'i').test(address);
  });
}

/** @throws InvalidValueError for what is not a plain mail address */
export function assertAddress(option: string, address: string): void {
  if (/^[^\s@<>,;]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(address)) return;
  throw new InvalidValueError(
    option,
    address,
    'an address such as ops@example.org',
    'correct it and repeat the command',
  );
}
