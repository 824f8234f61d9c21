import type { Result, Shell } from '../../../scripts/adapters/shell';
import { doctor } from '../../../scripts/commands/doctor';
import type { DoctorPorts } from '../../../scripts/commands/doctor/doctor-ports';
import { ExitCode } from '../../../scripts/domain/exit-code';
import type { Finding } from '../../../scripts/domain/doctor/finding';
import { MailWorld } from '../../support/mail-world';
import { recordingContext } from '../../support/recording-context';

const versions: Readonly<Record<string, string>> = {
  node: 'v20.20.2',
  terraform: 'Terraform v1.11.4',
  git: 'git version 2.47.3',
  ssh: 'OpenSSH_9.2p1',
  docker: 'Docker version 28.2.2',
};

function versionsWithout(...programs: string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(versions).filter(([program]) => !programs.includes(program)));
}

function shellWith(programs: Readonly<Record<string, string>>): Shell {
  return {
    run: ([program]): Promise<Result> => {
      const stdout = programs[program];
      return Promise.resolve({ code: stdout === undefined ? 127 : 0, stdout: stdout ?? '', stderr: '' });
    },
  };
}

/** An account in which `prod` is deployed and in order, unless a test says otherwise. */
function worldWith(changes: Partial<DoctorPorts> = {}): () => DoctorPorts {
  const mail = new MailWorld();
  mail.records = { ...mail.records, 'example.org NS': ['ns-1.example.net'] };
  const { service, dns } = mail.ports();
  return () => ({
    region: 'eu-central-1',
    emulated: false,
    dns,
    mail: service,
    zones: {
      named: () => Promise.resolve([{ id: 'Z1', nameServers: ['ns-1.example.net'] }]),
      recordSets: () => Promise.resolve([]),
    },
    identity: () => Promise.resolve({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ops' }),
    stateBucket: () => bucket({}),
    ...changes,
  });
}

function bucket(state: { exists?: boolean; wrong?: string; locked?: string }): ReturnType<DoctorPorts['stateBucket']> {
  return {
    exists: () => Promise.resolve(state.exists ?? true),
    properties: ['private', 'versioned', 'encrypted'].map(name => ({
      name,
      difference: () =>
        Promise.resolve(name === state.wrong ? () => Promise.reject(new Error('doctor wrote')) : undefined),
    })),
    lockOf: key => {
      const held = { id: 'lock-1', who: 'anna@laptop', operation: 'OperationTypeApply', created: '2026-01-31' };
      return Promise.resolve(key === state.locked ? held : undefined);
    },
  };
}

async function examine(changes: Partial<DoctorPorts> = {}, programs = versions) {
  const context = recordingContext({ shell: shellWith(programs) });
  const code = await doctor({ environment: 'prod' }, worldWith(changes))(context);
  const findings = context.objects as unknown as Finding[];
  const named = (name: string) => findings.find(finding => finding.name === name);
  return { code, named, bad: findings.filter(({ state }) => state === 'not ok').map(({ name }) => name), context };
}

test('ends with 0 when everything is in order, one line a check', async () => {
  const { code, bad, context } = await examine();
  expect(bad).toEqual([]);
  expect(code).toBe(ExitCode.Done);
  expect(context.printed).toHaveLength(12);
  expect(context.printed.every(line => line.startsWith('ok ') && !line.includes('\n'))).toBe(true);
});

test('looks at all environments when none is named', async () => {
  const context = recordingContext({ shell: shellWith(versions) });
  await doctor({}, worldWith())(context);
  expect(context.printed.join('\n')).toMatch(/domain of prod[^]*domain of dev/);
});

test('a machine without Terraform is told what to install; Docker is optional', async () => {
  const rest = versionsWithout('terraform', 'docker');
  const { code, bad, named } = await examine({}, rest);
  expect(code).toBe(ExitCode.Usage);
  expect(bad).toEqual(['terraform']);
  expect(named('terraform')).toMatchObject({
    detail: 'not found',
    next: expect.stringContaining('install Terraform 1.11') as string,
  });
  expect(named('docker')?.state).toBe('skipped');
});

test('OpenTofu is asked when CDKTF is told to use it', async () => {
  const rest = versionsWithout('terraform');
  const env = { TERRAFORM_BINARY_NAME: 'tofu' };
  const context = recordingContext({ shell: shellWith({ ...rest, tofu: 'OpenTofu v1.11.0' }), env });
  expect(await doctor({ environment: 'prod' }, worldWith())(context)).toBe(ExitCode.Done);
  expect(context.printed).toContain('ok       tofu: 1.11.0');
});

test('without credentials the account is not ok, what needs it is skipped and the tools are still told', async () => {
  const { code, bad, named } = await examine({
    identity: () => Promise.reject(new Error('no AWS credentials found; sign in')),
  });
  expect(code).toBe(ExitCode.Usage);
  expect(bad).toEqual(['aws account']);
  expect(named('aws account')).toMatchObject({ detail: 'no AWS credentials found', next: 'sign in' });
  expect(named('state bucket')?.state).toBe('skipped');
  expect(named('lock of prod')?.state).toBe('skipped');
  expect(named('git')?.state).toBe('ok');
});

test('a missing state bucket leads to bootstrap', async () => {
  const { bad, named } = await examine({ stateBucket: () => bucket({ exists: false }) });
  expect(bad).toEqual(['state bucket']);
  expect(named('state bucket')?.next).toContain('slipway bootstrap');
  expect(named('lock of prod')?.state).toBe('skipped');
});

test('a bucket of somebody else is told with its reason', async () => {
  const refuse = () => Promise.reject(new Error('bucket x belongs to another account; choose another'));
  const { bad, named } = await examine({ stateBucket: () => ({ ...bucket({}), exists: refuse }) });
  expect(bad).toEqual(['state bucket']);
  expect(named('state bucket')?.detail).toBe('bucket x belongs to another account');
});

test('a bucket that is not as it must be is told, and not repaired', async () => {
  const { bad, named } = await examine({ stateBucket: () => bucket({ wrong: 'versioned' }) });
  expect(bad).toEqual(['state bucket']);
  expect(named('state bucket')?.detail).toContain('not as it must be: versioned');
});

test('a held lock is told with its holder', async () => {
  const { bad, named } = await examine({ stateBucket: () => bucket({ locked: 'prod.tfstate' }) });
  expect(bad).toEqual(['lock of prod']);
  expect(named('lock of prod')?.detail).toBe('held by anna@laptop since 2026-01-31 for OperationTypeApply');
  expect(named('lock of prod')?.next).toContain('force-unlock lock-1');
});

test('another region than that of the stacks is not ok', async () => {
  expect((await examine({ region: 'us-east-1' })).bad).toEqual(['aws region']);
});

test('a domain that is delegated elsewhere is told with the name servers to enter', async () => {
  const zones = {
    named: () => Promise.resolve([{ id: 'Z2', nameServers: ['ns-7.example.net'] }]),
    recordSets: () => Promise.resolve([]),
  };
  const { bad, named } = await examine({ zones });
  expect(bad).toEqual(['domain of prod']);
  expect(named('domain of prod')?.next).toContain('ns-7.example.net');
});

test('in an emulated AWS nobody can look for a delegation', async () => {
  expect((await examine({ emulated: true })).named('domain of prod')?.state).toBe('skipped');
});
