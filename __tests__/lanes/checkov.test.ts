import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { ProcessShell } from '../../scripts/adapters/shell';
import waivers from '../../scripts/policy/checkov-waivers.json';
import { type Finding, judge, type Judgement } from '../../scripts/policy/waivers';
import { pythonEnvironment } from '../../scripts/rehearsal/python-environment';
import { requireParts } from '../support/lane';
import { type SynthesizedStack, synthesizeStacks } from '../support/synthesized-stacks';

const lane = requireParts([{ program: 'python3', install: 'apt-get install python3 python3-venv' }]);
const INSTALL_MS = 10 * 60_000;
const root = path.join(__dirname, '..', '..');

interface CheckovReport {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly file_path: string;
      readonly resource: string;
    }[];
  };
}

/** Construct paths by the name of the resource, which is all that Checkov reliably tells of an address. */
function constructPaths(stack: SynthesizedStack): Map<string, string> {
  const resources = [...Object.values(stack.resource ?? {}), ...Object.values(stack.data ?? {})];
  return new Map(
    resources
      .flatMap(byName => Object.entries(byName))
      .map(([name, values]) => [name, (values['//'] as { metadata: { path: string } }).metadata.path]),
  );
}

/** Lets Checkov read the stacks, and answers what it has against them. */
async function scan(folder: string): Promise<{ report: CheckovReport; findings: Finding[] }> {
  const shell = new ProcessShell({ env: process.env });
  const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'slipway');
  const requirements = path.join(root, 'scripts', 'policy', 'requirements.txt');
  const bin = await pythonEnvironment(shell, cache, requirements, AbortSignal.timeout(INSTALL_MS));
  const stacks = synthesizeStacks(path.join(folder, 'out'));
  const files = [...stacks].map(([name, stack]) => {
    // Checkov stops at a plain text in the block `terraform`, in which it checks nothing.
    const { terraform, ...scanned } = stack;
    mkdirSync(path.join(folder, name));
    const file = path.join(folder, name, 'cdk.tf.json');
    writeFileSync(file, JSON.stringify(scanned, undefined, 2));
    return file;
  });
  const flags = ['--framework', 'terraform_json', '--skip-download', '--compact', '--soft-fail', '-o', 'json'];
  const answer = await shell.run([path.join(bin, 'checkov'), '-f', ...files, ...flags], { write: false });
  if (answer.code !== 0) throw new Error(`checkov ended with ${answer.code}: ${answer.stderr}`);
  const report = JSON.parse(answer.stdout) as CheckovReport;
  const findings = report.results.failed_checks.map(failed => {
    const stack = path.basename(path.dirname(failed.file_path));
    const name = failed.resource.slice(failed.resource.lastIndexOf('.') + 1);
    return {
      check: failed.check_id,
      wants: failed.check_name,
      resource: constructPaths(stacks.get(stack)!).get(name) ?? failed.resource,
      file: `${stack}/cdk.tf.json`,
    };
  });
  return { report, findings };
}

describe('Checkov, on all stacks', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-checkov-'));
  let report: CheckovReport;
  let judgement: Judgement;

  beforeAll(async () => {
    if (lane.missing !== undefined) return;
    const scanned = await scan(folder);
    report = scanned.report;
    judgement = judge(scanned.findings, waivers);
  }, INSTALL_MS);
  afterAll(() => rmSync(folder, { recursive: true }));

  lane.test('has read them', () => {
    expect(report.summary.parsing_errors).toBe(0);
    expect(report.summary.passed).toBeGreaterThan(100);
  });

  lane.test('finds nothing that scripts/policy/checkov-waivers.json does not answer', () => {
    expect(judgement.unwaived).toEqual([]);
  });

  lane.test('needs every waiver', () => {
    expect(judgement.unused).toEqual([]);
  });
});
