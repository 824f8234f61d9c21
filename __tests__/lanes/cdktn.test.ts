import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requireParts } from '../support/lane';
import { type SynthesizedStack, synthesizeStacks } from '../support/synthesized-stacks';

/** CDKTF's living successor under CDKTF's names; it does not take the newest `constructs` yet. */
const PACKAGES = {
  cdktf: 'npm:cdktn@0.24.0',
  '@cdktf/provider-aws': 'npm:@cdktn/provider-aws@25.7.0',
  constructs: '10.7.2',
};

/** cdktn asks which Terraform a project is for before it lets it use the state's own lock; in cdktf.json after a move. */
const CONTEXT = JSON.stringify({ targetVersions: { terraform: '>=1.11.0', opentofu: '>=1.11.0' } });

const INSTALL_MS = 5 * 60_000;
const root = path.join(__dirname, '..', '..');
const npm = (args: readonly string[], cwd: string) =>
  spawnSync('npm', args, { cwd, encoding: 'utf8', timeout: INSTALL_MS });

const reachable =
  npm(['view', PACKAGES.cdktf.slice('npm:'.length), 'version', '--fetch-retries=0'], tmpdir()).status === 0;
const lane = requireParts(
  reachable ? [] : [{ program: 'the npm registry', install: 'a connection to it; then run the lane again' }],
);

/** A copy of the app in which CDKTF's names mean its successor; all other packages are those of the project. */
function successorApp(folder: string): void {
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
  const installed = npm(['install', '--no-audit', '--no-fund', '--engine-strict=false'], folder);
  if (installed.status !== 0) throw new Error(`npm install failed: ${installed.stderr}`);
  for (const part of ['main.ts', 'cdktf.json', 'tsconfig.json', 'stacks', 'constructs', 'scripts']) {
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  }
  for (const entry of readdirSync(path.join(root, 'node_modules'))) {
    const link = path.join(folder, 'node_modules', entry);
    if (!existsSync(link)) symlinkSync(path.join(root, 'node_modules', entry), link);
  }
}

/** Every value of a stack by its place, without what names a version. */
function places(value: unknown, place = ''): [place: string, value: string][] {
  if (typeof value !== 'object' || value === null) return [[place, JSON.stringify(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [[place, JSON.stringify(value)]];
  return entries.flatMap(([key, inner]) => places(inner, `${place}/${key}`));
}

const VERSIONS = /^\/(\/\/\/metadata\/version|terraform\/required_providers\/aws\/version)$/;

/** Places at which two stacks differ, versions aside. */
function differences(ours: SynthesizedStack, theirs: SynthesizedStack): string[] {
  const [before, after] = [new Map(places(ours)), new Map(places(theirs))];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter(place => !VERSIONS.test(place) && before.get(place) !== after.get(place))
    .map(place => `${place}: ${before.get(place) ?? 'absent'} -> ${after.get(place) ?? 'absent'}`);
}

describe('the same code under cdktn', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-cdktn-'));
  let ours: Map<string, SynthesizedStack>;
  let theirs: Map<string, SynthesizedStack>;

  beforeAll(() => {
    if (lane.missing !== undefined) return;
    const copy = path.join(folder, 'app');
    mkdirSync(copy);
    successorApp(copy);
    ours = synthesizeStacks(path.join(folder, 'ours'));
    theirs = synthesizeStacks(path.join(folder, 'theirs'), { cwd: copy, env: { CDKTF_CONTEXT_JSON: CONTEXT } });
  }, INSTALL_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  lane.test('is really made by cdktn', () => {
    const providerVersion = (stacks: typeof ours) => stacks.get('prod')!.terraform.required_providers['aws']!.version;
    expect(providerVersion(theirs)).not.toBe(providerVersion(ours));
  });

  lane.test('makes the same stacks', () => {
    expect([...theirs.keys()]).toEqual([...ours.keys()]);
    expect(ours.size).toBeGreaterThan(2);
  });

  lane.test('differs in versions only', () => {
    for (const [name, stack] of ours) expect([name, differences(stack, theirs.get(name)!)]).toEqual([name, []]);
  });
});
