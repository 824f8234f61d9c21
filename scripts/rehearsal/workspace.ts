import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What cdktf needs of the project to deploy it. */
const PARTS = ['main.ts', 'cdktf.json', 'package.json', 'tsconfig.json', 'stacks', 'constructs', 'scripts'];

/** A copy of the project in a temporary folder, to change and deploy as a user would without touching the original. */
export class Workspace {
  private constructor(readonly root: string) {}

  static create(original: string): Workspace {
    const root = mkdtempSync(path.join(tmpdir(), 'slipway-'));
    for (const part of PARTS) cpSync(path.join(original, part), path.join(root, part), { recursive: true });
    symlinkSync(path.join(original, 'node_modules'), path.join(root, 'node_modules'));
    return new Workspace(root);
  }

  /** Folder in which cdktf leaves a stack's JSON and Terraform its plan. */
  stack(name: string): string {
    return path.join(this.root, 'cdktf.out', 'stacks', name);
  }

  /**
   * Changes one place of a file, as with an editor.
   *
   * @returns a function that takes the change back
   * @throws Error when the pattern is not found
   */
  edit(file: string, pattern: RegExp, replacement: string | ((found: string) => string)): () => void {
    const target = path.join(this.root, file);
    const original = readFileSync(target, 'utf8');
    const found = pattern.exec(original)?.[0] ?? '';
    const changed = original.replace(pattern, typeof replacement === 'string' ? replacement : replacement(found));
    if (changed === original) throw new Error(`${file} has nothing that matches ${pattern.source}`);
    writeFileSync(target, changed);
    return () => writeFileSync(target, original);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
