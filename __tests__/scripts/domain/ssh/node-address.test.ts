import { hostKeyOf, parseNodeAddress } from '../../../../scripts/domain/ssh/node-address';
import { SlipwayError } from '../../../../scripts/domain/slipway-error';

test.each([
  ['203.0.113.7', { host: '203.0.113.7', port: 22 }],
  ['node.example.org:2222', { host: 'node.example.org', port: 2222 }],
  ['deploy@203.0.113.7', { user: 'deploy', host: '203.0.113.7', port: 22 }],
  ['deploy@[2001:db8::7]:65535', { user: 'deploy', host: '2001:db8::7', port: 65535 }],
])('%s is an address', (text, address) => {
  expect(parseNodeAddress(text)).toEqual(address);
});

test.each([
  '',
  '-oProxyCommand=id',
  'deploy@-oProxyCommand=id',
  'deploy@',
  'node;id',
  'node example',
  '2001:db8::7',
  'node:0',
  'node:65536',
  'node:ssh',
  'a@b@c',
])('%j is none', text => {
  expect(() => parseNodeAddress(text)).toThrow(SlipwayError);
  expect(() => parseNodeAddress(text)).toThrow(/allowed is user@host:port; write it like/);
});

const KEYS = `# a comment
other.example.org ssh-ed25519 AAAAother
node.example.org,203.0.113.7 ssh-rsa AAAArsa
node.example.org,203.0.113.7 ssh-ed25519 AAAAnode comment
[node.example.org]:2222 ssh-ed25519 AAAAport
`;

test.each([
  [{ host: '203.0.113.7', port: 22 }, 'ssh-ed25519 AAAAnode'],
  [{ host: 'node.example.org', port: 2222 }, 'ssh-ed25519 AAAAport'],
  [{ host: 'node.example.org', port: 22 }, 'ssh-ed25519 AAAAnode'],
  [{ host: 'node.example.org', port: 2223 }, undefined],
  [{ host: 'example.org', port: 22 }, undefined],
])('the key of %j', (address, key) => {
  expect(hostKeyOf(address, KEYS)).toBe(key);
});
