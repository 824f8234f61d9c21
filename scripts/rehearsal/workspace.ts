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
   * @returns the changed line, before and after
   * @throws Error when the pattern is not found
   */
  edit(file: string, pattern: RegExp, replacement: string): { before: string; after: string } {
    const target = path.join(this.root, file);
    const text = readFileSync(target, 'utf8');
    const found = pattern.exec(text);
    if (!found) throw new Error(`${file} has nothing that matches ${pattern.source}`);
    const after = found[0].replace(pattern, replacement);
    writeFileSync(target, text.replace(pattern, replacement));
    return { before: found[0].trim(), after: after.trim() };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
