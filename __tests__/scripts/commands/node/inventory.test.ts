import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventoryEntry } from '../../../../scripts/commands/node/inventory';
import { fakeProject } from '../../../support/fake-project';

const ENTRY = { outputs: { NodeAddress: '203.0.113.7' }, hostKey: 'ssh-ed25519 AAAAkey' };
const root = fakeProject();
writeFileSync(join(root, 'inventory.json'), JSON.stringify({ prod: ENTRY }));
writeFileSync(join(root, 'broken.json'), '{"prod": ');

const entry = (name: string | undefined, environment = 'prod') =>
  inventoryEntry({ root, env: { SLIPWAY_INVENTORY: name } }, environment);

test('is asked only where the variable names one', () => {
  expect(entry(undefined)).toBeUndefined();
  expect(entry('')).toBeUndefined();
});

test('is read from the root of the project, or from where an absolute path says', () => {
  expect(entry('inventory.json')).toEqual(ENTRY);
  expect(entry(join(root, 'inventory.json'))).toEqual(ENTRY);
});

test.each([
  [
    'that says nothing of the environment',
    'inventory.json',
    'dev',
    /inventory\.json says nothing of dev; add it with slipway node inventory dev, or unset SLIPWAY_INVENTORY$/,
  ],
  [
    'that is not there',
    'missing.json',
    'prod',
    /^SLIPWAY_INVENTORY cannot be read: ENOENT.*missing\.json.*; unset it, or correct it$/,
  ],
  ['that is a folder', '.', 'prod', /^SLIPWAY_INVENTORY cannot be read: EISDIR.*; unset it, or correct it$/],
  [
    'that is broken',
    'broken.json',
    'prod',
    /broken\.json is ".*JSON.*", allowed is JSON; write it anew: slipway node inventory prod/,
  ],
])('a file %s', (_what, name, environment, message) => {
  const ask = () => entry(name, environment);
  expect(ask).toThrow(message);
  expect(ask).not.toThrow(/\n/);
});
