import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProvider, mirrorFolders } from '../../../scripts/rehearsal/aws-provider';

const PLATFORM = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
const home = mkdtempSync(path.join(tmpdir(), 'mirrors-'));
afterAll(() => rmSync(home, { recursive: true }));

function mirror(name: string, ...versions: string[]): string {
  const folder = path.join(home, name);
  for (const version of versions) {
    mkdirSync(path.join(folder, 'registry.terraform.io/hashicorp/aws', version, PLATFORM), { recursive: true });
  }
  return folder;
}

function packedMirror(name: string, version: string): string {
  const folder = path.join(home, name);
  const aws = path.join(folder, 'registry.terraform.io/hashicorp/aws');
  mkdirSync(aws, { recursive: true });
  writeFileSync(path.join(aws, `terraform-provider-aws_${version}_${PLATFORM}.zip`), '');
  return folder;
}

const search = (mirrors: string[], online: boolean) =>
  findProvider({ pinned: '6.25.0', mirrors, registryReachable: () => Promise.resolve(online) });

describe('findProvider', () => {
  test('takes the pinned version from a mirror without asking the registry', async () => {
    const folder = mirror('both', '5.100.0', '6.25.0');
    const asked = jest.fn<Promise<boolean>, []>();
    const found = await findProvider({ pinned: '6.25.0', mirrors: [folder], registryReachable: asked });
    expect(found).toEqual({ version: '6.25.0', mirror: folder });
    expect(asked).not.toHaveBeenCalled();
  });

  test('prefers the registry to another version', async () => {
    expect(await search([mirror('old', '5.100.0')], true)).toEqual({ version: '6.25.0' });
  });

  test('falls back to the newest installed version, by number and not by letters', async () => {
    const folder = mirror('several', '6.9.0', '6.10.0', '5.100.0');
    expect(await search([folder], false)).toEqual({ version: '6.10.0', mirror: folder });
  });

  test('reads a packed mirror', async () => {
    const folder = packedMirror('packed', '5.100.0');
    expect(await search([folder], false)).toEqual({ version: '5.100.0', mirror: folder });
  });

  test('refuses versions that are too old or newer than the bindings', async () => {
    expect(await search([mirror('unfit', '5.99.1', '6.26.0')], false)).toBeUndefined();
  });
});

describe('mirrorFolders', () => {
  test('finds the named folder and the one in the home, and nothing that is no mirror', () => {
    const named = mirror('named', '6.25.0');
    const own = mirror('.terraform.d/plugins', '6.25.0');
    const found = mirrorFolders(home, named).filter(folder => folder.startsWith(home));
    expect(found).toEqual([named, own]);
    expect(mirrorFolders(home, path.join(home, 'nowhere'))).not.toContain(path.join(home, 'nowhere'));
  });
});
