import { matches, namesOf } from '../../../../scripts/domain/release/globs';

it.each([
  ['web', 'web', true],
  ['web', 'web1', false],
  ['*', 'web', true],
  ['web*', 'web', true],
  ['web*', 'web-shop', true],
  ['web*', 'my-web', false],
  ['*web', 'my-web', true],
  ['*web', 'web1', false],
  ['*e*', 'web', true],
  ['*e*', 'shop', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*a', 'aba', true],
  ['a*b*a', 'aab', false],
  ['**', 'web', true],
  ['w*b*b', 'web', false],
  ['a*bc*c', 'abc', false],
])('%s means %s: %s', (pattern, name, expected) => {
  expect(matches(pattern, name)).toBe(expected);
});

it('names come in the order of the patterns, each once', () => {
  expect(namesOf(['c', '*', 'a'], ['a', 'b', 'c'])).toEqual(['c', 'a', 'b']);
});
