import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Workspace } from '../../../scripts/rehearsal/workspace';

const ROOT = path.join(__dirname, '..', '..', '..');
const FILE = 'stacks/environments/prod.ts';
const textOf = (root: string) => readFileSync(path.join(root, FILE), 'utf8');

describe('Workspace', () => {
  const workspace = Workspace.create(ROOT);
  afterAll(() => workspace.remove());

  test('is a copy that can be changed while the original stays, and changed back', () => {
    const original = textOf(ROOT);
    expect(textOf(workspace.root)).toBe(original);
    const undo = workspace.edit(FILE, /protect: true/, found => found.replace('true', 'false'));
    expect(textOf(workspace.root)).toContain('protect: false');
    expect(textOf(ROOT)).toBe(original);
    undo();
    expect(textOf(workspace.root)).toBe(original);
  });

  test('fails when there is nothing to change', () => {
    expect(() => workspace.edit(FILE, /no such line/, '')).toThrow(`${FILE} has nothing that matches no such line`);
  });

  test('leaves nothing when it is removed, and the packages where they are', () => {
    workspace.remove();
    expect(existsSync(workspace.root)).toBe(false);
    expect(existsSync(path.join(ROOT, 'node_modules', 'cdktf'))).toBe(true);
  });
});
