import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ci = path.join(__dirname, '..', '..', '.ci');

describe('.ci/audit', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-audit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the audit with an npm that answers so. */
  function audit(answer: object | string, exitCode: number) {
    const report = path.join(folder, 'report');
    writeFileSync(report, typeof answer === 'string' ? answer : JSON.stringify(answer));
    writeFileSync(path.join(folder, 'npm'), `#!/bin/sh\ncat "${report}"\nexit ${exitCode}\n`);
    chmodSync(path.join(folder, 'npm'), 0o755);
    const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    const { status, stdout, stderr } = spawnSync(path.join(ci, 'audit'), { env, encoding: 'utf8' });
    return { code: status, output: stdout + stderr };
  }

  test('passes when nothing was found', () => {
    expect(audit({ auditReportVersion: 2, vulnerabilities: {} }, 0)).toMatchObject({
      code: 0,
      output: expect.stringContaining('npm audit: nothing of high severity\n'),
    });
  });

  test('fails when something was found', () => {
    expect(audit({ auditReportVersion: 2, vulnerabilities: { lib: { severity: 'high' } } }, 1).code).toBe(1);
  });

  test('reads a report that is longer than a command line may be', () => {
    expect(audit({ auditReportVersion: 2, padding: 'x'.repeat(300_000) }, 1).code).toBe(1);
  });

  test.each([
    ['has no such endpoint', { error: { summary: '405 Method Not Allowed' } }],
    ['answers with a page', '<html></html>'],
    ['does not answer', ''],
  ])('says that it was skipped when the registry %s', (_what, answer) => {
    expect(audit(answer, 1)).toMatchObject({
      code: 0,
      output: expect.stringContaining('skipped: npm audit (the registry has no audit endpoint)\n'),
    });
  });
});

test.each(['run', 'lint', 'audit', 'system-packages', 'terraform', 'release-programs', 'lanes'])(
  '.ci/%s can be executed',
  file => {
    expect(statSync(path.join(ci, file)).mode & 0o111).toBe(0o111);
  },
);
