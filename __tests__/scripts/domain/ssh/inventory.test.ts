import { parseInventory } from '../../../../scripts/domain/ssh/inventory';

const ENTRY = { outputs: { NodeAddress: '203.0.113.7' }, hostKey: 'ssh-ed25519 AAAAkey root@node' };
const FULL = {
  ...ENTRY,
  ...{ host: 'deploy@203.0.113.7:2222', identity: '/keys/deploy', address: '127.0.0.1:8443', databasePort: 13306 },
};
const NEXT = 'write it anew: slipway node inventory prod > inventory.json';

const parse = (value: unknown) => parseInventory('inventory.json', JSON.stringify(value));
const withProd = (more: object) => ({ prod: { ...ENTRY, ...more } });

test('the least and the most that an entry says', () => {
  expect(parse({ dev: ENTRY, prod: FULL })).toEqual({ dev: ENTRY, prod: FULL });
  expect(parse({})).toEqual({});
});

test.each<[string, unknown, string]>([
  ['a list', [ENTRY], 'inventory.json is '],
  ['an entry that is none', { prod: null }, 'inventory.json: prod is null, allowed is an object'],
  [
    'a key that nobody knows',
    withProd({ port: 1 }),
    'inventory.json: prod is "port", allowed is only outputs, hostKey, ',
  ],
  ['no outputs', { prod: { hostKey: ENTRY.hostKey } }, 'prod.outputs is undefined, allowed is an object'],
  ['no host key', { prod: { outputs: {} } }, 'prod.hostKey is undefined, allowed is ssh-ed25519 AAAA...'],
  ['another kind of key', withProd({ hostKey: 'ssh-rsa AAAAkey' }), 'prod.hostKey is "ssh-rsa AAAAkey"'],
  [
    'a second host key',
    withProd({ hostKey: 'ssh-ed25519 AAAA\n* ssh-ed25519 BBBB' }),
    'prod.hostKey is "ssh-ed25519 AAAA\\n',
  ],
  ['a number as a file', withProd({ identity: 7 }), 'prod.identity is 7, allowed is text'],
  ['a host that is none', withProd({ host: 'a b' }), 'inventory.json: prod.host is "a b", allowed is user@host:port'],
  ['an option as host', withProd({ host: '-oProxyCommand=x' }), 'inventory.json: prod.host is "-oProxyCommand=x"'],
  ['an address that is none', withProd({ address: 'a b:443' }), 'prod.address is "a b:443", allowed is host:port'],
  // Without one, it would be asked where ssh is.
  [
    'an address without a port',
    withProd({ address: '127.0.0.1' }),
    'prod.address is "127.0.0.1", allowed is host:port',
  ],
  ['a port below', withProd({ databasePort: 0 }), 'prod.databasePort is 0, allowed is a port'],
  ['a port above', withProd({ databasePort: 65_536 }), 'prod.databasePort is 65536, allowed is a port'],
  ['half a port', withProd({ databasePort: 1.5 }), 'prod.databasePort is 1.5, allowed is a port'],
  ['a port as text', withProd({ databasePort: '3306' }), 'prod.databasePort is "3306", allowed is a port'],
])('%s', (_what, value, message) => {
  expect(() => parse(value)).toThrow(message);
  expect(() => parse(value)).toThrow(new RegExp(`^inventory\\.json.*; ${NEXT}$`));
});

test('what is not JSON', () => {
  expect(() => parseInventory('inventory.json', 'prod:')).toThrow(
    /^inventory\.json is ".*JSON.*", allowed is JSON; write it/,
  );
});
