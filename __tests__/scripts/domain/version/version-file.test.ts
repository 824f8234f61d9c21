import { bumpedTexts, statedVersions } from '../../../../scripts/domain/version/bump';
import { versionIn, withVersion } from '../../../../scripts/domain/version/version-file';
import type { BumpFile } from '../../../../stacks/environments/bump-file';

const json = (...path: string[]): BumpFile => ({ file: 'x.json', json: path });
const pattern = (expression: RegExp): BumpFile => ({ file: 'x.py', pattern: expression });
const plain: BumpFile = { file: 'VERSION', plain: true };

/** With every oddity that a rewrite by JSON.stringify would lose. */
const ODD = [
  '{\r\n',
  '\t"name" : "a \\"version\\": \\"9\\"",   "nested": {"version":"deep"},\r\n',
  '    "list": [ "zero", {"version": "in a list"}, ["x", "y"] ],\r\n',
  '\t"packages": { "": { "version" :"202610.9" } }, "number": 1.50,\r\n',
  '  "version":   "202610.9"  }',
].join('');

describe('a version in JSON', () => {
  test.each([
    [['version'], '202610.9'],
    [['nested', 'version'], 'deep'],
    [['list', '0'], 'zero'],
    [['list', '1', 'version'], 'in a list'],
    [['list', '2', '1'], 'y'],
    [['packages', '', 'version'], '202610.9'],
  ])('is found at %j', (path, expected) => {
    expect(versionIn(json(...path), ODD)).toBe(expected);
  });

  test('is replaced, and nothing else', () => {
    const changed = withVersion(json('packages', '', 'version'), ODD, '202611.1');
    expect(changed).toBe(ODD.replace('"version" :"202610.9"', '"version" :"202611.1"'));
    expect(changed).not.toBe(ODD);
  });

  test('is the last one of two, as for every reader of JSON', () => {
    expect(versionIn(json('version'), '{"version": "first", "version": "last"}')).toBe('last');
  });

  test('can be a key with an escape', () => {
    expect(versionIn(json('ä'), '{"\\u00e4": "1"}')).toBe('1');
  });

  test.each([
    ['no such key', json('release'), /x\.json has no string at \["release"\]/],
    ['a number', json('number'), /has no string at/],
    ['an object', json('nested'), /has no string at/],
  ])('is refused: %s', (_what, file, message) => {
    expect(() => versionIn(file, ODD)).toThrow(message);
  });

  test('is refused in what is not JSON', () => {
    expect(() => versionIn(json('version'), '{"version": "1",}')).toThrow(/x\.json is not JSON/);
  });
});

describe('a version by pattern', () => {
  const text = "NAME = 'shop'\nVERSION = '202610.9'  # the release\nPORT = 80\n";

  test('is the group', () => {
    const file = pattern(/^VERSION = '(.*)'/m);
    expect(versionIn(file, text)).toBe('202610.9');
    expect(withVersion(file, text, '202611.1')).toBe(text.replace('202610.9', '202611.1'));
  });

  test.each([
    ['fits nowhere', /^RELEASE = '(.*)'/m, 'fits 0 times'],
    ['fits twice', /^[A-Z]+ = '(.*)'/m, 'fits 2 times'],
    ['has no group', /^VERSION = '.*'/m, 'has no group'],
  ])('is refused: it %s', (_what, expression, reason) => {
    expect(() => versionIn(pattern(expression), text)).toThrow(reason);
  });
});

describe('a version that is the whole file', () => {
  test.each([
    ['202610.9\n', '202611.1\n'],
    ['202610.9', '202611.1'],
    [' 202610.9\r\n\n', ' 202611.1\r\n\n'],
    ['', '202611.1'],
    ['\n', '\n202611.1'],
  ])('%j becomes %j', (before, after) => {
    expect(withVersion(plain, before, '202611.1')).toBe(after);
  });
});

describe('a bump', () => {
  const files = [json('version'), json('packages', '', 'version'), plain];
  const texts: Record<string, string> = { 'x.json': ODD, VERSION: '202611.1\n' };
  const read = (file: string) => Promise.resolve(texts[file] ?? '');

  test('changes all places of a file, and no file that is right', async () => {
    const changed = await bumpedTexts(files, read, '202611.1');
    expect([...changed]).toEqual([['x.json', ODD.replaceAll('"202610.9"', '"202611.1"')]]);
  });

  test('tells what each place says', async () => {
    expect(await statedVersions(files, read)).toEqual([
      { place: 'x.json "version"', version: '202610.9' },
      { place: 'x.json "packages"."".' + '"version"', version: '202610.9' },
      { place: 'VERSION', version: '202611.1' },
    ]);
  });
});
