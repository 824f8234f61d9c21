import { assertAddress, isSimulator, mayWriteTo } from '../../../../scripts/domain/mail/recipients';
import { assertDomain } from '../../../../scripts/domain/mail/domain-name';

test.each([
  ['ops@example.org', ['ops@example.org'], true],
  ['OPS@Example.org', ['ops@example.org'], true],
  ['bounce@simulator.amazonses.com', ['*@simulator.amazonses.com'], true],
  ['ops@example.org', ['*@simulator.amazonses.com'], false],
  ['ops@exampleXorg', ['*@example.org'], false],
  ['ops@example.org.evil.net', ['*@example.org'], false],
  ['ops@example.org', [], false],
])('%s against %j: %s', (address, patterns, allowed) => {
  expect(mayWriteTo(address, patterns)).toBe(allowed);
});

test('only the simulator itself is the simulator', () => {
  expect(isSimulator('bounce@simulator.amazonses.com')).toBe(true);
  expect(isSimulator('a@simulator.amazonses.com.example.net')).toBe(false);
});

test.each(['nobody', 'a@b', 'a b@example.org', 'a@example.org,b@example.org', '<a@example.org>', ''])(
  'fails when the address is %j',
  address => {
    expect(() => assertAddress('--to', address)).toThrow(/^--to is .*allowed is an address such as/);
  },
);

test.each(['example.org', 'dev.example.org', 'xn--bcher-kva.example', 'a-b.example.co'])('%s is a domain', domain => {
  expect(() => assertDomain({ name: 'prod', domain })).not.toThrow();
});

test.each([
  '',
  'example',
  'Example.org',
  'example.org.',
  'exa mple.org',
  '-a.example.org',
  'a..org',
  'http://a.org',
  `${'a.'.repeat(130)}org`,
])('fails when the domain is %j', domain => {
  expect(() => assertDomain({ name: 'prod', domain })).toThrow(
    /^domain of prod is .*edit stacks\/environments\/prod\.ts$/,
  );
});
