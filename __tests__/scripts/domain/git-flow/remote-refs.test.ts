import { takenVersions, versionOfBranch } from '../../../../scripts/domain/git-flow/branch-names';
import { parseRemoteRefs } from '../../../../scripts/domain/git-flow/remote-refs';

const sha = (digit: string) => digit.repeat(40);
const ANSWER = [
  `${sha('a')}\trefs/heads/develop`,
  `${sha('b')}\trefs/heads/release/202611.4`,
  `${sha('c')}\trefs/heads/hotfix/202611.2b`,
  `${sha('d')}\trefs/tags/202611.1`,
  `${sha('e')}\trefs/tags/202611.2`,
  `${sha('f')}\trefs/tags/202611.2^{}`,
  '',
].join('\n');

test('a tag stands for its commit, whether it is an object of its own or not', () => {
  const { branches, tags } = parseRemoteRefs(ANSWER);
  expect([...tags]).toEqual([
    ['202611.1', sha('d')],
    ['202611.2', sha('f')],
  ]);
  expect(branches.get('develop')).toBe(sha('a'));
});

test('a version is taken from when its branch is there', () => {
  expect(takenVersions(parseRemoteRefs(ANSWER))).toEqual(['202611.1', '202611.2', '202611.4', '202611.2b']);
});

test.each([
  ['release/202611.4', '202611.4'],
  ['hotfix/16.03.1b', '16.03.1b'],
  ['develop', undefined],
  ['feature/release/1', undefined],
])('version of branch %s', (branch, version) => {
  expect(versionOfBranch(branch)).toBe(version);
});

test('an empty remote', () => {
  const { branches, tags } = parseRemoteRefs('');
  expect([branches.size, tags.size]).toEqual([0, 0]);
});
