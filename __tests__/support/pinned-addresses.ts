import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allTemplates } from './stacks';

const FILE = path.join(__dirname, '..', 'stacks', 'addresses.txt');

/** The address of every resource of every stack, as it is now. */
export function addressesNow(): string[] {
  return [...allTemplates()].flatMap(([stack, template]) =>
    template.resources().map(({ address }) => `${stack} ${address}`),
  );
}

/** The addresses as somebody has last looked at them. */
export function pinnedAddresses(): string[] {
  return readFileSync(FILE, 'utf8').trim().split('\n');
}

if (require.main === module) writeFileSync(FILE, `${addressesNow().join('\n')}\n`);
