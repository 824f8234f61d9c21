import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..', '..', '..');
const program = path.join(root, 'scripts', 'ci', 'licences.cjs');

describe('the licence gate', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-licences-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(packages: Record<string, string | undefined>, exceptions: Record<string, string> = {}) {
    const locked = Object.entries(packages).map(([name, license]) => [
      `node_modules/${name}`,
      { version: '1.0.0', license },
    ]);
    const write = (file: string, content: object) => writeFileSync(path.join(folder, file), JSON.stringify(content));
    write('package.json', { licences: { allow: ['MIT', 'ISC'], exceptions } });
    write('package-lock.json', { packages: { '': {}, ...Object.fromEntries(locked) } });
    const { status, stdout, stderr } = spawnSync('node', [program, folder], { encoding: 'utf8' });
    return { code: status, stdout, stderr };
  }

  test.each(['MIT', '(MIT OR GPL-3.0-only)', '(MIT AND ISC)'])('%s is allowed', licence => {
    expect(run({ a: licence })).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(['GPL-3.0-only', '(MIT AND GPL-3.0-only)', 'Public Domain', undefined])('%s is not', licence => {
    const { code, stdout, stderr } = run({ a: 'MIT', '@scope/b': licence });
    expect(code).toBe(10);
    expect(stdout).toContain('"allowed":false');
    expect(stderr).toMatch(/^licences: @scope\/b@1\.0\.0 is under ".*", allowed is MIT, ISC; replace it, or name it/);
  });

  test('an exception counts for one version of one package', () => {
    expect(run({ a: 'Public Domain' }, { 'a@1.0.0': 'the author says so' }).code).toBe(0);
    const { code, stderr } = run({ a: 'Public Domain' }, { 'a@0.9.0': 'the author says so' });
    expect(code).toBe(10);
    expect(stderr).toContain('the exception a@0.9.0 is no locked package');
  });

  test('passes the packages of this project', () => {
    expect(spawnSync('node', [program], { cwd: root, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
