import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProcessShell } from '../../scripts/adapters/shell';

const ROOT = path.join(__dirname, '..', '..');
const STACKS = ['account', 'prod', 'dev'];
const folder = mkdtempSync(path.join(tmpdir(), 'synth-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the app as a command does and answers the JSON of each stack. */
async function synthesizedBy(name: string, loader: string, env: Record<string, string> = {}): Promise<string[]> {
  const outdir = path.join(folder, name);
  const shell = new ProcessShell({ env: process.env });
  const result = await shell.run(['node', '-r', loader, 'main.ts'], {
    cwd: ROOT,
    env: { CDKTF_OUTDIR: outdir, AWS_ENDPOINT_URL: undefined, SLIPWAY_AWS_PROVIDER_VERSION: undefined, ...env },
    write: false,
  });
  expect(`${result.stderr}${result.code}`).toBe('0');
  return STACKS.map(stack => readFileSync(path.join(outdir, 'stacks', stack, 'cdk.tf.json'), 'utf8'));
}

test('ts-node and the loader of cdktf.json give the same bytes, in any time zone and on any day', async () => {
  const byLoader = await synthesizedBy('loader', './scripts/typescript.cjs');
  const byCompiler = await synthesizedBy('compiler', 'ts-node/register', { TZ: 'Pacific/Auckland' });
  expect(byLoader.map((json, index) => json === byCompiler[index])).toEqual([true, true, true]);
}, 60_000);

test('a wrong value in the data is one line and exit code 2', async () => {
  const script = `
    const { prod } = require('./stacks/environments/prod.ts');
    prod.network.cidr = '10.20.0.0/33';
    require('./main.ts');`;
  const shell = new ProcessShell({ env: process.env });
  const result = await shell.run(['node', '-r', './scripts/typescript.cjs', '-e', script], {
    cwd: ROOT,
    env: { CDKTF_OUTDIR: path.join(folder, 'wrong') },
    write: false,
  });
  expect(result.code).toBe(2);
  expect(result.stderr.trim().split('\n')).toEqual([expect.stringContaining('"10.20.0.0/33", allowed is')]);
}, 60_000);
