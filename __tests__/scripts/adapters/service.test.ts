import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startService } from '../../../scripts/adapters/service';

const folder = mkdtempSync(path.join(tmpdir(), 'service-'));
afterAll(() => rmSync(folder, { recursive: true }));

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits until a log holds a line. */
function said(log: string, line: string): Promise<void> {
  return new Promise(resolve => {
    const look = setInterval(() => {
      if (!readFileSync(log, 'utf8').split('\n').includes(line)) return;
      clearInterval(look);
      resolve();
    }, 20);
  });
}

describe('startService', () => {
  test('runs a program until it is stopped, and keeps what it says', async () => {
    const log = path.join(folder, 'stopped.log');
    const service = startService(['node', '-e', "console.log('up'); setInterval(() => {}, 1000)"], process.env, log);
    await said(log, 'up');
    expect(service.hasEnded()).toBe(false);
    expect(isAlive(service.pid)).toBe(true);
    await service.stop();
    expect(service.hasEnded()).toBe(true);
    expect(isAlive(service.pid)).toBe(false);
  });

  test('tells the exit code of a program that ends by itself, and can be stopped all the same', async () => {
    const service = startService(['node', '-e', 'process.exit(7)'], process.env, path.join(folder, 'ended.log'));
    expect(await service.ended).toBe(7);
    await service.stop();
    expect(service.hasEnded()).toBe(true);
  });

  test('a program that does not exist has ended with 127', async () => {
    const service = startService(['no-such-program'], process.env, path.join(folder, 'absent.log'));
    expect(await service.ended).toBe(127);
  });
});
