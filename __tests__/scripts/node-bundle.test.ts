import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeBundle } from '../../scripts/node-bundle.cjs';

const root = path.join(__dirname, '..', '..');
let folder: string;

beforeEach(() => {
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  // Inside the project, as esbuild writes the paths of sources relative to it.
  folder = mkdtempSync(path.join(root, 'dist', 'node-bundle-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(path.join(root, 'dist', 'node', `dist-${path.basename(folder)}-main.ts.json`), { force: true });
});

/** Bundles a program that says what a part of it says. */
function bundleOf(words: string): string {
  writeFileSync(path.join(folder, 'words.ts'), `export const words: string = ${JSON.stringify(words)};\n`);
  writeFileSync(path.join(folder, 'main.ts'), "import { words } from './words';\nconsole.log(words);\n");
  // Not in the very moment in which it is bundled.
  const earlier = new Date(Date.now() - 1_000);
  for (const source of ['words.ts', 'main.ts']) utimesSync(path.join(folder, source), earlier, earlier);
  return nodeBundle(path.relative(root, path.join(folder, 'main.ts')));
}

test('a program is one file that Debian can start, without what it was made of', () => {
  const file = bundleOf('released');
  expect(readFileSync(file, 'utf8').split('\n', 1)).toEqual(['#!/usr/bin/node']);
  rmSync(path.join(folder, 'words.ts'));
  expect(spawnSync(process.execPath, [file], { encoding: 'utf8' }).stdout).toBe('released\n');
});

test('its folder is named after its checksum, so that another one never takes its place', () => {
  const [one, other] = [bundleOf('one'), bundleOf('other')];
  expect(path.dirname(one)).not.toBe(path.dirname(other));
  for (const file of [one, other]) {
    const checksum = createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(path.basename(path.dirname(file))).toBe(checksum);
  }
});

test('the same sources give the same bytes, wherever the project is', () => {
  const first = bundleOf('released');
  const bytes = readFileSync(first, 'utf8');
  expect(bytes).not.toContain(root);
  // Made anew, as on another machine.
  utimesSync(path.join(folder, 'words.ts'), 1, 1);
  const second = nodeBundle(path.relative(root, path.join(folder, 'main.ts')));
  expect(second).toBe(first);
});

test('nothing is bundled again while no source has changed', () => {
  const file = bundleOf('released');
  const made = statSync(file).ino;
  expect(nodeBundle(path.relative(root, path.join(folder, 'main.ts')))).toBe(file);
  expect(statSync(file).ino).toBe(made);
});

test('the release program of the node is one', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--check', nodeBundle()], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
