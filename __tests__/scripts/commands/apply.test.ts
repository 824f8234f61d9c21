import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apply } from '../../../scripts/commands/apply';
import { plan } from '../../../scripts/commands/plan';
import { ExitCode } from '../../../scripts/domain/exit-code';
import { measuredPlan } from '../domain/plan/measured-plan';
import type { FakeContext, FakeOptions } from '../../support/fake-project';
import { fakeContext, writeStack } from '../../support/fake-project';
import type { FakeTerraform } from '../../support/fake-terraform';
import { fakeTerraform } from '../../support/fake-terraform';

const changes: FakeTerraform = { plan: measuredPlan('replacements'), results: { plan: { code: 2 } } };
const options = { environment: 'dev', yes: true, allowDestroy: [] };

/** A project in which a plan was saved a moment ago. */
async function reviewed(environment: string, then: FakeOptions = {}, terraform = changes): Promise<FakeContext> {
  const context = fakeContext({ answer: fakeTerraform(terraform) });
  await plan({ environment, save: true, markdown: false, lockTimeout: '30s', readOnly: false })(context);
  return fakeContext({ answer: fakeTerraform(terraform), root: context.root, ...then });
}

const planFile = (context: FakeContext, environment = 'dev') =>
  join(context.root, '.slipway', 'plans', environment, 'plan');

test('applies exactly the saved file, never a new plan, and then forgets it', async () => {
  const context = await reviewed('dev');
  const file = planFile(context);
  expect(await apply(options)(context)).toBe(ExitCode.Done);
  expect(context.shell.written).toEqual([`terraform -chdir=cdktf.out/stacks/dev apply -input=false -no-color ${file}`]);
  expect(context.shell.commands.join()).not.toContain(' plan ');
  expect(existsSync(file)).toBe(false);
});

test('hands the interruption to Terraform, so that it releases its lock', async () => {
  const context = await reviewed('dev');
  await apply(options)(context);
  expect(context.shell.options.at(-1)?.signal).toBe(context.signal);
});

test('an empty plan is nothing to apply', async () => {
  const context = await reviewed('dev', {}, { plan: measuredPlan('empty-after-apply') });
  expect(await apply(options)(context)).toBe(ExitCode.Done);
  expect(context.shell.written).toEqual([]);
  expect(context.printed).toEqual(['dev: nothing to apply (no changes)']);
});

test('a dry run changes nothing and keeps the plan', async () => {
  const context = await reviewed('dev', { dryRun: true });
  expect(await apply({ ...options, yes: false })(context)).toBe(ExitCode.Done);
  expect(context.shell.written).toEqual([]);
  expect(existsSync(planFile(context))).toBe(true);
  expect(context.printed[0]).toContain('nothing was changed');
});

describe('asks', () => {
  test('a person at a terminal, with what would happen', async () => {
    const context = await reviewed('dev', { interactive: true });
    const questions: string[] = [];
    const no = (question: string) => Promise.resolve(questions.push(question) === 0);
    expect(await apply({ ...options, yes: false }, no)(context)).toBe(ExitCode.Refused);
    expect(questions).toEqual([expect.stringContaining('commit 0123456: 1 to delete, 6 to replace')]);
    expect(context.shell.written).toEqual([]);
    expect(existsSync(planFile(context))).toBe(true);
  });

  test('and applies after a yes', async () => {
    const context = await reviewed('dev', { interactive: true });
    expect(await apply({ ...options, yes: false }, () => Promise.resolve(true))(context)).toBe(ExitCode.Done);
    expect(context.shell.written).toHaveLength(1);
  });

  test('nobody without a terminal: --yes is needed', async () => {
    const context = await reviewed('dev');
    await expect(apply({ ...options, yes: false })(context)).rejects.toMatchObject({
      exitCode: ExitCode.Usage,
      message: expect.stringContaining('slipway apply dev --yes'),
    });
    expect(context.shell.written).toEqual([]);
  });
});

describe('refuses', () => {
  test('without a saved plan', async () => {
    const context = fakeContext({ answer: fakeTerraform(changes) });
    await expect(apply(options)(context)).rejects.toMatchObject({
      exitCode: ExitCode.Refused,
      message: expect.stringContaining('slipway plan dev --save'),
    });
  });

  test('when the code changed after the review', async () => {
    const context = await reviewed('dev');
    writeStack(context.root, 'dev', { resource: { aws_eip: { New: {} } } });
    await expect(apply(options)(context)).rejects.toMatchObject({ exitCode: ExitCode.Refused });
    expect(context.shell.written).toEqual([]);
  });

  test('when the plan file is another one', async () => {
    const context = await reviewed('dev');
    writeFileSync(planFile(context), 'another plan');
    await expect(apply(options)(context)).rejects.toMatchObject({ exitCode: ExitCode.Refused });
  });

  test('when the state changed, as Terraform tells', async () => {
    const stale = {
      ...changes,
      results: { plan: { code: 2 }, apply: { code: 1, stderr: 'Error: Saved plan is stale\n' } },
    };
    const context = await reviewed('dev', {}, stale);
    await expect(apply(options)(context)).rejects.toMatchObject({
      exitCode: ExitCode.Refused,
      message: expect.stringContaining('slipway plan dev --save'),
    });
  });

  test('a protected loss, until its address is named', async () => {
    const context = await reviewed('prod');
    const prod = { ...options, environment: 'prod' };
    await expect(apply(prod)(context)).rejects.toMatchObject({
      exitCode: ExitCode.Refused,
      message: expect.stringContaining('--allow-destroy aws_s3_bucket.Uploads'),
    });
    expect(context.shell.written).toEqual([]);
    expect(await apply({ ...prod, allowDestroy: ['aws_s3_bucket.Uploads'] })(context)).toBe(ExitCode.Done);
  });
});

test('a node that did not pass its gate is a failed verification: the old one serves', async () => {
  const stderr = 'Error: local-exec provisioner error\n\n  with terraform_data.Gate,\n';
  const context = await reviewed('dev', {}, { ...changes, results: { plan: { code: 2 }, apply: { code: 1, stderr } } });
  await expect(apply(options)(context)).rejects.toMatchObject({ exitCode: ExitCode.VerificationFailed });
});
