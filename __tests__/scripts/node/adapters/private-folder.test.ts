import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { privateFolder } from '../../../../scripts/node/adapters/private-folder';

/** Above the highest number that a process can have. */
const NO_PROCESS = 2 ** 22 + 1;

let parent: string;
beforeEach(() => (parent = mkdtempSync(path.join(tmpdir(), 'slipway-private-'))));
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test('is its owner’s alone, and gone at the end', () => {
  const folder = privateFolder(parent);
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});

test('what a killed process has left is removed by the next one, what others use is not', () => {
  const others = [`slipway-deploy-${process.pid}-abcdef`, 'slipway-other', 'else'];
  for (const name of [...others, `slipway-deploy-${NO_PROCESS}-abcdef`]) mkdirSync(path.join(parent, name));
  privateFolder(parent).remove();
  expect(readdirSync(parent).sort()).toEqual([...others].sort());
});
