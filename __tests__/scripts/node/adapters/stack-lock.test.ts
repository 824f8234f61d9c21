import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { StackFolder } from '../../../../scripts/node/adapters/stack-folder';
import { type LockState, StackLock } from '../../../../scripts/node/adapters/stack-lock';

const ANNA = { by: 'anna', verb: 'apply 1' };
const BEN = { by: 'ben', verb: 'apply 2', reason: 'a fix', runUrl: 'https://ci.example.org/1' };
const HOUR = 3_600_000;

let root: string;
let folder: StackFolder;
let now: Date;
const others: ChildProcess[] = [];

const lock = () => new StackLock(folder, () => now);
const read = () => JSON.parse(readFileSync(folder.lockFile(), 'utf8')) as LockState;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'slipway-lock-'));
  folder = new StackFolder(root, 'webshop-prod');
  now = new Date();
});
afterEach(() => {
  for (const other of others.splice(0)) other.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** Another process that has the lock. */
async function otherOwner(): Promise<ChildProcess> {
  const outfile = path.join(root, 'owner.cjs');
  const adapters = path.resolve(__dirname, '../../../../scripts/node/adapters');
  const contents = `
    import { StackFolder } from './stack-folder';
    import { StackLock } from './stack-lock';
    const folder = new StackFolder(${JSON.stringify(root)}, 'webshop-prod');
    const lock = new StackLock(folder, () => new Date());
    void lock.acquire(${JSON.stringify(BEN)}).then(() => console.log('mine'));
    setInterval(() => undefined, 1000);`;
  buildSync({ stdin: { contents, resolveDir: adapters, loader: 'ts' }, outfile, bundle: true, platform: 'node' });
  const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
  others.push(child);
  await once(child.stdout, 'data');
  return child;
}

test('is one owner’s, who is named with everything that helps to find them', async () => {
  await otherOwner();
  await expect(lock().acquire(ANNA)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(
      /^webshop-prod is locked by ben \(apply 2, since .*, reason: a fix, https:\S+\); wait/,
    ),
  });
  await expect(lock().holder()).resolves.toMatchObject(BEN);
});

test('is free the moment its owner is killed, and the next one is told who that was', async () => {
  const owner = await otherOwner();
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  await expect(lock().holder()).resolves.toBeUndefined();
  await expect(lock().isLeftBehind()).resolves.toBe(true);
  const mine = lock();
  await expect(mine.acquire(ANNA)).resolves.toMatchObject({ by: 'ben', pid: owner.pid });
  mine.release();
  await expect(lock().isLeftBehind()).resolves.toBe(false);
});

test('is taken from an owner that hangs, who is ended, and from nobody else', async () => {
  const owner = await otherOwner();
  owner.kill('SIGSTOP');
  await expect(lock().acquire(ANNA)).rejects.toMatchObject({ exitCode: 3 });
  now = new Date(now.getTime() + HOUR);
  const ended = once(owner, 'exit');
  const mine = lock();
  await expect(mine.acquire(ANNA)).resolves.toMatchObject({ by: 'ben' });
  await expect(ended).resolves.toEqual([null, 'SIGKILL']);
  mine.release();
});

test('is not taken from a process that has got the number of a dead owner', async () => {
  const owner = await otherOwner();
  owner.kill('SIGSTOP');
  writeFileSync(folder.lockFile(), JSON.stringify({ ...read(), pidStart: '1' }));
  now = new Date(now.getTime() + HOUR);
  await expect(lock().acquire(ANNA)).rejects.toMatchObject({ exitCode: 3 });
  expect(owner.exitCode).toBeNull();
});

test('asking who has it keeps nobody from getting it', async () => {
  const asked = Promise.all(Array.from({ length: 50 }, () => lock().holder()));
  const mine = lock();
  await expect(mine.acquire(ANNA)).resolves.toBeUndefined();
  await asked;
  mine.release();
});

describe('of a person', () => {
  const hold = async () => {
    const held = lock();
    await held.acquire(ANNA);
    held.hold(new Date(now.getTime() + HOUR));
    held.release();
  };

  test('keeps everybody else out until its time is over', async () => {
    await hold();
    await expect(lock().acquire(BEN)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('unlock'),
    });
    now = new Date(now.getTime() + HOUR + 1);
    const other = lock();
    await expect(other.acquire(BEN)).resolves.toBeUndefined();
    other.release();
    await expect(lock().holder()).resolves.toBeUndefined();
  });

  test('is there again after that person has worked under it', async () => {
    await hold();
    const { until } = read();
    const mine = lock();
    await mine.acquire(ANNA);
    expect(read()).toMatchObject({ pid: process.pid, until });
    mine.release();
    await expect(lock().holder()).resolves.toMatchObject({ by: 'anna', until });
    expect(read()).not.toHaveProperty('pid');
  });

  test('does not name a dead process as one at work', async () => {
    await hold();
    writeFileSync(folder.lockFile(), JSON.stringify({ ...read(), pid: 2 ** 22 + 1, pidStart: '1' }));
    expect((await lock().holder())?.pid).toBeUndefined();
  });

  test('is seen by whoever came between the look and the lock', async () => {
    await hold();
    const text = readFileSync(folder.lockFile(), 'utf8');
    rmSync(folder.lockFile());
    const other = lock();
    const attempt = other.acquire(BEN);
    writeFileSync(folder.lockFile(), text);
    await expect(attempt).rejects.toMatchObject({ exitCode: 3 });
    await expect(lock().holder()).resolves.toMatchObject({ by: 'anna' });
    const mine = lock();
    await mine.acquire(ANNA);
    mine.release();
  });
});
