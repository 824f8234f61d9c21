import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { ProcessShell } from '../../../scripts/adapters/shell';

const SHELL = path.resolve(__dirname, '../../../scripts/adapters/shell.ts');
const shell = new ProcessShell({ env: { PATH: process.env['PATH'], BASE: 'base' } });
const node = (script: string) => ['node', '-e', script] as const;

describe('ProcessShell', () => {
  test('answers exit code, output and error output', async () => {
    const script = "process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 3";
    expect(await shell.run(node(script), { write: false })).toEqual({ code: 3, stdout: 'out', stderr: 'err' });
  });

  test('hands arguments on as they are', async () => {
    const { stdout } = await shell.run(['printf', '%s|', 'a b', '$HOME', "'"], { write: false });
    expect(stdout).toBe("a b|$HOME|'|");
  });

  test('adds to the environment and removes from it', async () => {
    const { stdout } = await shell.run(node('console.log(process.env.BASE, process.env.MORE)'), {
      write: false,
      env: { BASE: undefined, MORE: 'more' },
    });
    expect(stdout).toBe('undefined more\n');
  });

  test('gives input', async () => {
    expect(await shell.run(['cat'], { write: false, input: 'ä\n' })).toMatchObject({ code: 0, stdout: 'ä\n' });
  });

  test('gives its own streams where a program is to have them', async () => {
    const script = `
      const { ProcessShell } = require(process.argv[1]);
      new ProcessShell({ env: process.env }).run(['sh', '-c', 'cat; echo err >&2; exit 9'], { write: false, inherit: true })
        .then(result => process.stdout.write(JSON.stringify(result)));`;
    const { outputFiles } = buildSync({ entryPoints: [SHELL], bundle: true, platform: 'node', write: false });
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'slipway-shell-')), 'shell.cjs');
    writeFileSync(file, outputFiles[0]!.contents);
    const { stdout, stderr } = await shell.run(['node', '-e', script, file], { write: false, input: 'in\0\n' });
    rmSync(path.dirname(file), { recursive: true });
    expect({ stdout, stderr }).toEqual({ stdout: 'in\0\n{"code":9,"stdout":"","stderr":""}', stderr: 'err\n' });
  });

  test('survives a program that does not read its input', async () => {
    expect(await shell.run(['true'], { write: false, input: 'x'.repeat(1_000_000) })).toMatchObject({ code: 0 });
  });

  test('tells whole lines as they come, also when a character is cut in two', async () => {
    const lines: string[] = [];
    const script = `
      const bytes = Buffer.from('first\\nsöcond\\nlast');
      const cut = bytes.indexOf(0xc3) + 1;
      process.stdout.write(bytes.subarray(0, cut), () => setImmediate(() => process.stdout.write(bytes.subarray(cut))));`;
    await shell.run(node(script), { write: false, onLine: line => lines.push(line) });
    expect(lines).toEqual(['first', 'söcond', 'last']);
  });

  test('a program that does not exist is exit code 127, not an exception', async () => {
    const result = await shell.run(['no-such-program'], { write: false });
    expect(result.code).toBe(127);
    expect(result.stderr).toContain('no-such-program');
  });

  test('a program that takes no notice of an interruption is ended by the second', async () => {
    const [interruption, kill] = [new AbortController(), new AbortController()];
    const script =
      "process.on('SIGINT', () => console.log('no')); console.log('listening'); setInterval(() => {}, 1000)";
    const result = await shell.run(node(script), {
      write: true,
      signal: interruption.signal,
      kill: kill.signal,
      onLine: line => (line === 'no' ? kill : interruption).abort(),
    });
    expect(result.code).toBe(137);
  });

  test('an interruption reaches the program once, which then ends as it likes', async () => {
    const interruption = new AbortController();
    const script = `
      let times = 0;
      process.on('SIGINT', () => { times += 1; setTimeout(() => { console.log('times', times); process.exit(5); }, 100); });
      console.log('listening'); setInterval(() => {}, 1000);`;
    const result = await shell.run(node(script), {
      write: true,
      signal: interruption.signal,
      onLine: line => {
        if (line === 'listening') interruption.abort();
      },
    });
    expect(result).toMatchObject({ code: 5, stdout: 'listening\ntimes 1\n' });
  });

  test('a program ended by a signal is 128 and its number', async () => {
    expect(await shell.run(node("process.kill(process.pid, 'SIGTERM')"), { write: false })).toMatchObject({
      code: 143,
    });
  });

  test('a dry run runs what reads and tells what would write', async () => {
    const told: unknown[] = [];
    const careful = new ProcessShell({ env: process.env, dryRun: command => told.push(command) });
    expect(await careful.run(['printf', 'read'], { write: false })).toMatchObject({ stdout: 'read' });
    expect(await careful.run(['printf', 'written'], { write: true })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(told).toEqual([['printf', 'written']]);
  });
});
