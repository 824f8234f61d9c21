import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');
let project: string;

beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'slipway-launcher-'));
  mkdirSync(path.join(project, 'scripts'));
  for (const file of ['slipway.cjs', 'bundle.cjs']) cpSync(path.join(root, 'scripts', file), at('scripts', file));
  symlinkSync(path.join(root, 'node_modules'), at('node_modules'));
  says('one');
});
afterEach(() => rmSync(project, { recursive: true }));

function at(...names: readonly string[]): string {
  return path.join(project, ...names);
}

/** Has the tool say a word, and load a library only then. */
function says(word: string): void {
  writeFileSync(
    at('scripts', 'cli.ts'),
    `export async function start(): Promise<void> {
  const { contentType } = await import('mime-types');
  console.log(${JSON.stringify(word)}, contentType('a.html'), process.argv.slice(2).join());
}\n`,
  );
}

function run(): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const command = [at('scripts', 'slipway.cjs'), 'plan', 'prod'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function answer(word: string): ReturnType<typeof run> {
  return { status: 0, stdout: `${word} text/html; charset=utf-8 plan,prod\n`, stderr: '' };
}

const BUNDLE = ['dist', 'slipway.cjs'] as const;
const COMPILED = ['dist', 'slipway.cjs.v8'] as const;

test('a source that has changed is what runs, whatever was compiled of the one before', () => {
  expect(run()).toEqual(answer('one'));
  expect(run()).toEqual(answer('one'));
  // As many letters, as V8 itself compares nothing but the length of a source.
  says('two');
  expect(run()).toEqual(answer('two'));
  expect(run()).toEqual(answer('two'));
});

test('a source that was edited while it was bundled is bundled again', () => {
  const later = new Date(Date.now() + 60_000);
  utimesSync(at('scripts', 'cli.ts'), later, later);
  run();
  says('two');
  utimesSync(at('scripts', 'cli.ts'), later, later);
  expect(run()).toEqual(answer('two'));
});

test('a copy of the project has a bundle of its own', () => {
  run();
  const [original, copy] = [project, mkdtempSync(path.join(tmpdir(), 'slipway-launcher-'))];
  // Node.js itself would cut the times of files.
  execFileSync('cp', ['--archive', `${original}/.`, copy]);
  says('two');
  expect(run()).toEqual(answer('two'));
  project = copy;
  expect(run()).toEqual(answer('one'));
  rmSync(original, { recursive: true });
});

test('a bundle that is made in another way now is made anew', () => {
  run();
  const launcher = readFileSync(at('scripts', 'slipway.cjs'), 'utf8');
  const changed = launcher.replace('external: LATER', `banner: { js: 'console.log(0);' }, $&`);
  writeFileSync(at('scripts', 'slipway.cjs'), changed);
  expect(run()).toEqual({ ...answer('one'), stdout: `0\n${answer('one').stdout}` });
});

test('nothing is bundled or compiled again while no source has changed', () => {
  run();
  const made = [BUNDLE, COMPILED].map(file => statSync(at(...file)).ino);
  expect(run()).toEqual(answer('one'));
  expect([BUNDLE, COMPILED].map(file => statSync(at(...file)).ino)).toEqual(made);
});

test.each([
  ['nothing', () => Buffer.alloc(0)],
  ['of another bundle', (kept: Buffer) => Buffer.concat([Buffer.alloc(32), kept.subarray(32)])],
  ['by another Node.js', (kept: Buffer) => Buffer.concat([kept.subarray(0, 36), Buffer.alloc(8), kept.subarray(44)])],
])('what was compiled is made anew when it is %s', (_what, spoil) => {
  run();
  const kept = readFileSync(at(...COMPILED));
  writeFileSync(at(...COMPILED), spoil(kept));
  expect(run()).toEqual(answer('one'));
  expect(readFileSync(at(...COMPILED)).subarray(0, 48)).toEqual(kept.subarray(0, 48));
});

test('who may not keep what was compiled runs it all the same', () => {
  run();
  rmSync(at(...COMPILED));
  // Not even root can rename a file onto a folder.
  mkdirSync(at(...COMPILED));
  expect(run()).toEqual(answer('one'));
});
