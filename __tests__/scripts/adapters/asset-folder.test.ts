import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assetFiles } from '../../../scripts/adapters/asset-folder';

describe('the files of a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-folder-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('have their paths, sizes and checksums', async () => {
    mkdirSync(path.join(folder, 'js', '.well-known'), { recursive: true });
    writeFileSync(path.join(folder, 'js', '.well-known', 'a.txt'), 'hello');
    writeFileSync(path.join(folder, 'index.html'), '');
    expect(await assetFiles(folder)).toEqual([
      {
        path: 'index.html',
        file: path.join(folder, 'index.html'),
        bytes: 0,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
      {
        path: 'js/.well-known/a.txt',
        file: path.join(folder, 'js', '.well-known', 'a.txt'),
        bytes: 5,
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      },
    ]);
  });

  test('are no links, which could lead anywhere', async () => {
    symlinkSync('/etc/passwd', path.join(folder, 'users.txt'));
    await expect(assetFiles(folder)).rejects.toMatchObject({
      exitCode: 4,
      message: 'asset users.txt is no plain file; put the file itself there',
    });
  });

  test('must be there', async () => {
    await expect(assetFiles(path.join(folder, 'dist'))).rejects.toThrow(
      /^the folder of the assets cannot be read: ENOENT/,
    );
  });
});
