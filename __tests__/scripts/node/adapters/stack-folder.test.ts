import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { StackFolder } from '../../../../scripts/node/adapters/stack-folder';

const STACKS = ['webshop-prod', 'webshop-staging'];
const WRITES = 300;

let root: string;
beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), 'slipway-folder-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a line that a full disk has cut off is left out, and spoils no later one', () => {
  const folder = new StackFolder(root, 'webshop-prod');
  const line = (what: string) => ({ at: '', verb: 'apply', by: 'anna', what });
  folder.addAudit(line('first'));
  appendFileSync(path.join(root, 'release', 'webshop-prod', 'audit.jsonl'), '{"at":"","verb":"ap');
  expect(folder.audit()).toHaveLength(1);
  folder.addAudit(line('second'));
  expect(folder.audit().map(({ what }) => what)).toEqual(['first', 'second']);
});

test('two stacks that are worked on at once do not take each other’s files, and share one key', async () => {
  const outfile = path.join(root, 'writer.cjs');
  const adapters = path.resolve(__dirname, '../../../../scripts/node/adapters');
  const contents = `
    import { StackFolder } from './stack-folder';
    const folder = new StackFolder(${JSON.stringify(root)}, process.argv[2]);
    process.stdin.once('data', () => {
      console.log(folder.contentKey().toString('hex'));
      for (let n = 1; n <= ${WRITES}; n++) folder.setCurrent({ n, colours: {}, fingerprints: {}, scaled: {}, specs: {} });
    });
    process.stdin.once('end', () => undefined);`;
  buildSync({ stdin: { contents, resolveDir: adapters, loader: 'ts' }, outfile, bundle: true, platform: 'node' });
  const children = STACKS.map(stack =>
    spawn(process.execPath, [outfile, stack], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const keys = children.map(async child => String(((await once(child.stdout, 'data')) as [Buffer])[0]).trim());
  const ends = children.map(child => once(child, 'exit'));
  for (const child of children) child.stdin.end('go\n');
  expect(await Promise.all(ends)).toEqual([
    [0, null],
    [0, null],
  ]);
  const [one, other] = await Promise.all(keys);
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(other).toBe(one);
  for (const stack of STACKS) expect(new StackFolder(root, stack).current().n).toBe(WRITES);
  expect(readdirSync(path.join(root, 'release')).filter(name => name.endsWith('.new'))).toEqual([]);
});
