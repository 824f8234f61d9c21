import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MAIN = `import { App, TerraformStack } from 'cdktf';

const app = new App();
new TerraformStack(app, 'empty');
app.synth();
`;

/** The smallest app that the same cdktf can synthesize in the same way: what is left is the price of the tools. */
export class EmptyApp {
  readonly root = mkdtempSync(path.join(tmpdir(), 'slipway-empty-'));

  constructor(original: string) {
    for (const file of ['cdktf.json', 'tsconfig.json', 'scripts/typescript.cjs']) {
      cpSync(path.join(original, file), path.join(this.root, file));
    }
    symlinkSync(path.join(original, 'node_modules'), path.join(this.root, 'node_modules'));
    writeFileSync(path.join(this.root, 'main.ts'), MAIN);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
