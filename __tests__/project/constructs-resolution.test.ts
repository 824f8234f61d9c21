import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.join(__dirname, '..', '..');
const SOURCES = [
  'main.ts',
  'stacks/environment-stack.ts',
  'constructs/network/network.ts',
  '__tests__/support/template.ts',
];

/**
 * The top folder `constructs` has the name of the npm package that CDKTF is built on. Nothing is wrong with that as
 * long as no setting lets a bare `constructs` mean the folder; then every `instanceof Construct` would fail.
 */
describe("the import 'constructs'", () => {
  test('means the npm package at run time', () => {
    expect(require.resolve('constructs')).toContain(`${path.sep}node_modules${path.sep}constructs${path.sep}`);
  });

  test.each(SOURCES)('means the npm package to the compiler in %s', file => {
    const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), name => readFileSync(name, 'utf8')) as {
      config: unknown;
    };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const { resolvedModule } = ts.resolveModuleName(
      'constructs',
      path.join(root, file),
      options,
      ts.sys,
      undefined,
      undefined,
      ts.ModuleKind.CommonJS,
    );
    expect(resolvedModule?.packageId?.name).toBe('constructs');
    expect(options.baseUrl).toBeUndefined();
    expect(options.paths).toBeUndefined();
  });

  test.each(['index.ts', 'index.js', 'package.json'])('finds no %s in our folder', file => {
    expect(existsSync(path.join(root, 'constructs', file))).toBe(false);
  });
});
