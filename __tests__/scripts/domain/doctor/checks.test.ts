import { runChecks } from '../../../../scripts/domain/doctor/check';
import { delegationVerdict } from '../../../../scripts/domain/doctor/delegation';
import { type Finding, findingLine } from '../../../../scripts/domain/doctor/finding';
import { parseStateLock } from '../../../../scripts/domain/doctor/state-lock';
import { DOCKER, GIT, isAtLeast, SSH, terraform, toolVerdict } from '../../../../scripts/domain/doctor/tools';

describe('runChecks', () => {
  test('a check that fails hides no other, and keeps its reason and its remedy apart', async () => {
    const reported: Finding[] = [];
    const checks = [
      { name: 'first', run: () => Promise.reject(new Error('no network; check the cable')) },
      { name: 'second', run: () => Promise.resolve({ state: 'ok', detail: 'fine' } as const) },
    ];
    await runChecks(checks, finding => reported.push(finding));
    expect(reported).toEqual([
      { name: 'first', state: 'not ok', detail: 'no network', next: 'check the cable' },
      { name: 'second', state: 'ok', detail: 'fine' },
    ]);
  });

  test('reports in the order of the list, whoever is ready first', async () => {
    let finishFirst = () => {};
    const first = new Promise<void>(resolve => {
      finishFirst = resolve;
    });
    const names: string[] = [];
    const ok = { state: 'ok', detail: '' } as const;
    await runChecks(
      [
        { name: 'slow', run: () => first.then(() => ok) },
        { name: 'fast', run: () => (finishFirst(), Promise.resolve(ok)) },
      ],
      ({ name }) => names.push(name),
    );
    expect(names).toEqual(['slow', 'fast']);
  });
});

test('a finding is one line with its remedy at the end', () => {
  expect(findingLine({ name: 'git', state: 'not ok', detail: 'not found', next: 'install git' })).toBe(
    'not ok   git: not found; install git',
  );
});

describe('tools', () => {
  const said = (stdout: string, stderr = '') => ({ code: 0, stdout, stderr });
  const missing = { code: 127, stdout: '', stderr: 'ENOENT' };

  test.each([
    ['terraform', 'Terraform v1.11.4\non linux_amd64\n', '1.11.4'],
    ['tofu', 'OpenTofu v1.12.0\n', '1.12.0'],
  ])('reads the version of %s', (program, text, version) => {
    expect(toolVerdict(terraform(program), said(text))).toEqual({ state: 'ok', detail: version });
  });

  test('reads the version of OpenSSH from standard error, and that of git', () => {
    expect(toolVerdict(SSH, said('', 'OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.17'))).toMatchObject({ detail: '9.2p1' });
    expect(toolVerdict(GIT, said('git version 2.47.3'))).toMatchObject({ state: 'ok', detail: '2.47.3' });
  });

  test('an old Terraform is not ok', () => {
    const verdict = toolVerdict(terraform('terraform'), said('Terraform v1.9.8'));
    expect(verdict).toMatchObject({ state: 'not ok', detail: '1.9.8, at least 1.11 is needed' });
    expect(verdict.next).toContain('install Terraform 1.11');
  });

  test('a missing tool is not ok, an optional one is skipped', () => {
    expect(toolVerdict(GIT, missing)).toEqual({ state: 'not ok', detail: 'not found', next: 'install git' });
    expect(toolVerdict(DOCKER, missing).state).toBe('skipped');
  });

  test.each([
    ['1.11.0', '1.11', true],
    ['1.9.8', '1.11', false],
    ['2.0', '1.11', true],
    ['1.10.9', '1.11', false],
    ['20.20.2', '20.19', true],
  ])('%s is at least %s: %s', (version, lowest, expected) => {
    expect(isAtLeast(version, lowest)).toBe(expected);
  });
});

describe('delegation', () => {
  const zone = { id: 'Z1', nameServers: ['ns-1.awsdns-01.org', 'ns-2.awsdns-02.com'] };
  const verdict = (records: readonly string[], zones = [zone]) => delegationVerdict('example.org', zones, { records });

  test('is ok when the DNS names the servers of the zone, in any order and case', () => {
    expect(verdict(['NS-2.awsdns-02.com.', 'ns-1.awsdns-01.org']).state).toBe('ok');
  });

  test.each([
    ['no servers', [], 'is not delegated'],
    ['those of an older zone', ['ns-9.awsdns-09.net'], 'is delegated to ns-9.awsdns-09.net'],
    ['only some of them', ['ns-1.awsdns-01.org'], 'is delegated to ns-1.awsdns-01.org'],
  ])('is not ok when the DNS names %s', (_what, records, detail) => {
    const found = verdict(records);
    expect(found.detail).toContain(detail);
    expect(found.next).toContain('ns-1.awsdns-01.org, ns-2.awsdns-02.com');
  });

  test('is not ok with two zones of the same name, and skipped without any', () => {
    expect(verdict([], [zone, { ...zone, id: 'Z2' }])).toMatchObject({
      state: 'not ok',
      detail: expect.stringContaining('Z1, Z2') as string,
    });
    expect(verdict([], []).state).toBe('skipped');
  });
});

test('a lock that cannot be read is still a lock', () => {
  expect(
    parseStateLock('{"ID":"1","Who":"anna@laptop","Operation":"OperationTypeApply","Created":"2026-01-31"}'),
  ).toEqual({
    id: '1',
    who: 'anna@laptop',
    operation: 'OperationTypeApply',
    created: '2026-01-31',
  });
  expect(parseStateLock('').who).toBe('unknown');
  expect(parseStateLock('null').who).toBe('unknown');
});
