import { existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Shell } from '../../../scripts/adapters/shell';
import { pythonEnvironment } from '../../../scripts/rehearsal/python-environment';

describe('the Python environment', () => {
  let folder: string;
  let calls: string[];
  let pip: number;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-python-'));
    writeFileSync(path.join(folder, 'requirements.txt'), 'moto==5.2.5\n');
    calls = [];
    pip = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Python and pip that take a moment. */
  const shell: Shell = {
    run: async ([program, ...args]) => {
      calls.push(path.basename(program));
      if (program === 'python3') mkdirSync(args.at(-1)!, { recursive: true });
      await setImmediate();
      return { code: program === 'python3' ? 0 : pip, stdout: '', stderr: 'no network' };
    },
  };
  const cache = () => path.join(folder, 'cache');
  const make = (signal = new AbortController().signal) =>
    pythonEnvironment(shell, cache(), path.join(folder, 'requirements.txt'), signal);

  test('is made once, also when several ask at once', async () => {
    const made = await Promise.all([make(), make(), make()]);
    expect(new Set(made).size).toBe(1);
    expect(await make()).toBe(made[0]);
    expect(calls).toEqual(['python3', 'pip']);
    expect(existsSync(`${path.dirname(made[0])}.lock`)).toBe(false);
  });

  test('is made by the next one when somebody failed', async () => {
    pip = 1;
    await expect(make()).rejects.toThrow('pip could not install requirements.txt: no network');
    pip = 0;
    await make();
    expect(calls).toEqual(['python3', 'pip', 'python3', 'pip']);
  });

  test('does not wait for somebody who has died', async () => {
    const bin = await make();
    rmSync(cache(), { recursive: true });
    mkdirSync(cache());
    // No process has a number as high as this one.
    writeFileSync(`${path.dirname(bin)}.lock`, '999999999');
    expect(await make()).toBe(bin);
  });

  test('waits no longer than it is wanted', async () => {
    const bin = await make();
    rmSync(path.dirname(bin), { recursive: true });
    writeFileSync(`${path.dirname(bin)}.lock`, String(process.pid));
    await expect(make(AbortSignal.timeout(300))).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
