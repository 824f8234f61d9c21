import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { plan } from '../../../scripts/commands/plan';
import { ExitCode } from '../../../scripts/domain/exit-code';
import { measuredPlan } from '../domain/plan/measured-plan';
import type { FakeContext } from '../../support/fake-project';
import { fakeContext } from '../../support/fake-project';
import type { FakeTerraform } from '../../support/fake-terraform';
import { fakeTerraform } from '../../support/fake-terraform';

const options = { environment: 'dev', save: false, markdown: false, lockTimeout: '30s', readOnly: false };
const changes: FakeTerraform = { plan: measuredPlan('replacements'), results: { plan: { code: 2 } } };
const empty: FakeTerraform = { plan: measuredPlan('empty-after-apply') };

const plansOf = (context: FakeContext, environment: string) => join(context.root, '.slipway', 'plans', environment);

test('synthesizes, connects, plans into a private file and reads that', async () => {
  const context = fakeContext({ answer: fakeTerraform(changes) });
  expect(await plan(options)(context)).toBe(ExitCode.Changes);
  const draft = join(plansOf(context, 'dev'), 'draft');
  expect(context.shell.commands).toEqual([
    `${join(context.root, 'node_modules', '.bin', 'cdktf')} synth --no-color`,
    'terraform version',
    'terraform -chdir=cdktf.out/stacks/dev init -input=false -no-color',
    `terraform -chdir=cdktf.out/stacks/dev plan -input=false -no-color -out=${draft} -detailed-exitcode -lock-timeout=30s`,
    `terraform -chdir=cdktf.out/stacks/dev show -no-color -json ${draft}`,
  ]);
  expect(context.shell.written).toEqual([]);
});

test('leaves no plan behind, as it holds secrets', async () => {
  const context = fakeContext({ answer: fakeTerraform(changes) });
  await plan(options)(context);
  expect(readdirSync(plansOf(context, 'dev'))).toEqual([]);
});

test('says how long each step took, on the log', async () => {
  const context = fakeContext({ answer: fakeTerraform(empty) });
  await plan(options)(context);
  expect(context.logged).toContain('synthesize dev: done in 0.0 s');
});

test.each([
  ['nothing to do', 'dev', empty, ExitCode.Done],
  ['changes', 'dev', changes, ExitCode.Changes],
  ['a loss in an unprotected environment', 'dev', changes, ExitCode.Changes],
  ['a loss in a protected environment', 'prod', changes, ExitCode.Refused],
])('%s in %s', async (_, environment, terraform, exitCode) => {
  const context = fakeContext({ answer: fakeTerraform(terraform) });
  expect(await plan({ ...options, environment })(context)).toBe(exitCode);
  expect(context.objects).toEqual([expect.objectContaining({ command: 'plan', environment, exitCode })]);
});

test('prevent_destroy is refused with the address, and the report is still shown', async () => {
  const stderr =
    'Error: Instance cannot be destroyed\n\nResource aws_eip.Address has lifecycle.prevent_destroy set, but';
  const context = fakeContext({ answer: fakeTerraform({ ...changes, results: { plan: { code: 1, stderr } } }) });
  expect(await plan({ ...options, save: true })(context)).toBe(ExitCode.Refused);
  expect(context.logged.at(-1)).toContain('refused: the code says that aws_eip.Address may never be destroyed');
  expect(context.printed.join()).toContain('replace aws_s3_bucket.Uploads');
  expect(readdirSync(plansOf(context, 'dev'))).toEqual([]);
});

test('a pull request gets the comment and nothing else', async () => {
  const context = fakeContext({ answer: fakeTerraform(changes) });
  await plan({ ...options, markdown: true })(context);
  expect(context.printed).toHaveLength(1);
  expect(context.printed[0]?.startsWith('<!-- slipway plan: dev -->\n')).toBe(true);
});

describe('--save', () => {
  test('keeps plan and manifest where only the owner reads them', async () => {
    const context = fakeContext({ answer: fakeTerraform(changes) });
    await plan({ ...options, save: true })(context);
    const folder = plansOf(context, 'dev');
    expect(readdirSync(folder).sort()).toEqual(['manifest.json', 'plan']);
    const modes = [folder, join(folder, 'plan'), join(folder, 'manifest.json')].map(
      path => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({
      environment: 'dev',
      commit: '0123456789abcdef',
      savedAt: '2026-05-04T09:12:33.000Z',
      summary: '1 to delete, 6 to replace, 1 to update, 3 to create',
      hasChanges: true,
    });
  });

  test('a plan without --save leaves the saved one alone', async () => {
    const context = fakeContext({ answer: fakeTerraform(changes) });
    await plan({ ...options, save: true })(context);
    await plan(options)(context);
    expect(readdirSync(plansOf(context, 'dev')).sort()).toEqual(['manifest.json', 'plan']);
  });

  test('saves nothing in a dry run', async () => {
    const context = fakeContext({ answer: fakeTerraform(changes), dryRun: true });
    await plan({ ...options, save: true })(context);
    expect(existsSync(join(plansOf(context, 'dev'), 'plan'))).toBe(false);
    expect(context.logged.at(-1)).toBe('would save the plan of dev');
  });
});

describe('Terraform is found', () => {
  test('as tofu when there is no terraform', async () => {
    const context = fakeContext({ answer: fakeTerraform({ ...empty, missing: ['terraform'] }) });
    await plan(options)(context);
    expect(context.shell.commands).toContain('tofu -chdir=cdktf.out/stacks/dev init -input=false -no-color');
  });

  test('by TERRAFORM_BINARY_NAME before all others', async () => {
    const context = fakeContext({ answer: fakeTerraform(empty), env: { TERRAFORM_BINARY_NAME: '/usr/bin/tf-1.12' } });
    await plan(options)(context);
    expect(context.shell.commands).toContain('/usr/bin/tf-1.12 version');
    expect(context.shell.commands).not.toContain('terraform version');
  });
});

describe('fails', () => {
  test.each([
    ['without Terraform', { ...empty, missing: ['terraform', 'tofu'] }, ExitCode.Usage, 'neither terraform nor tofu'],
    ['without cdktf', { ...empty, missing: ['cdktf'] }, ExitCode.Usage, 'run npm ci'],
    [
      'when the state is locked',
      {
        ...empty,
        results: { plan: { code: 1, stderr: 'Error: Error acquiring the state lock\n  ID:  1-2\n  Who: bob@ci' } },
      },
      ExitCode.Locked,
      'locked by bob@ci',
    ],
    [
      'when there is no state bucket',
      { ...empty, results: { init: { code: 1, stderr: 'Error: S3 bucket "b" does not exist.' } } },
      ExitCode.Usage,
      'slipway bootstrap',
    ],
  ])('%s', async (_, terraform: FakeTerraform, exitCode, words) => {
    const context = fakeContext({ answer: fakeTerraform(terraform) });
    await expect(plan(options)(context)).rejects.toMatchObject({ exitCode, message: expect.stringContaining(words) });
  });

  test.each(['staging', '../prod', 'constructor'])(
    'for the unknown stack %s, with the names that exist',
    async environment => {
      const context = fakeContext({ answer: fakeTerraform(empty) });
      await expect(plan({ ...options, environment })(context)).rejects.toThrow('allowed is one of prod, dev');
      expect(existsSync(join(context.root, '.slipway'))).toBe(false);
    },
  );

  test('with the message of the code when it does not synthesize', async () => {
    const stderr =
      'ERROR: cdktf\n\nCommand output on stderr:\n\n    main.ts:4\n\n    Error: vpc cidr is "x"; do z\n        at a\n';
    const context = fakeContext({ answer: () => ({ code: 1, stderr }) });
    await expect(plan(options)(context)).rejects.toThrow('synth failed: vpc cidr is "x"; do z');
  });
});

test('a role that may only read takes no lock and believes the state', async () => {
  const context = fakeContext({ answer: fakeTerraform(changes) });
  expect(await plan({ ...options, readOnly: true })(context)).toBe(ExitCode.Changes);
  expect(context.shell.commands.find(command => command.includes(' plan '))).toMatch(/ -lock=false -refresh=false$/);
});

test('fails when a plan is to be saved that has not looked at AWS', async () => {
  const context = fakeContext({ answer: fakeTerraform(changes) });
  await expect(plan({ ...options, readOnly: true, save: true })(context)).rejects.toThrow(
    'cannot be saved; leave out one of --read-only, --save',
  );
  expect(context.shell.commands).toEqual([]);
});
