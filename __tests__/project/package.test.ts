import { readFileSync } from 'node:fs';
import path from 'node:path';

interface Package {
  readonly engines?: { readonly node?: string };
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

interface Lock {
  readonly packages: Record<
    string,
    { readonly version?: string; readonly resolved?: string; readonly integrity?: string }
  >;
}

const root = path.join(__dirname, '..', '..');
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const manifest = read('package.json') as Package;
const lock = read('package-lock.json') as Lock;
const dependencies = { ...manifest.dependencies, ...manifest.devDependencies };

describe('package.json', () => {
  test.each(Object.entries(dependencies))('pins %s exactly (%s)', (_name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('names a Node.js that .nvmrc satisfies', () => {
    const [, oldest] = /^>=(\d+)\.\d+$/.exec(manifest.engines?.node ?? '') ?? [];
    expect(Number(readFileSync(path.join(root, '.nvmrc'), 'utf8'))).toBeGreaterThanOrEqual(Number(oldest));
  });

  test('has no dependency twice', () => {
    const both = Object.keys(manifest.dependencies).filter(name => name in manifest.devDependencies);
    expect(both).toEqual([]);
  });
});

describe('package-lock.json', () => {
  test('holds the pinned versions', () => {
    const locked = Object.keys(dependencies).map(name => [name, lock.packages[`node_modules/${name}`]?.version]);
    expect(Object.fromEntries(locked)).toEqual(dependencies);
  });

  test('names no registry, so that every machine uses its own', () => {
    const named = Object.entries(lock.packages).filter(([, one]) => one.resolved !== undefined);
    expect(named.map(([name]) => name)).toEqual([]);
  });

  test('has a checksum for every package that is downloaded', () => {
    const bundled = (name: string) => (lock.packages[name] as { inBundle?: boolean }).inBundle === true;
    const unchecked = Object.entries(lock.packages).filter(
      ([name, one]) => name !== '' && !bundled(name) && !one.integrity,
    );
    expect(unchecked.map(([name]) => name)).toEqual([]);
  });
});
