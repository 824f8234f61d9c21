import { ExitCode } from '../../../../scripts/domain/exit-code';
import {
  explainTerraformFailure,
  lockHolder,
  preventedDestroys,
} from '../../../../scripts/domain/plan/terraform-failure';

const planRun = {
  environment: 'prod',
  operation: 'plan',
  binary: 'terraform',
  folder: 'cdktf.out/stacks/prod',
} as const;
const applyRun = { ...planRun, operation: 'apply' } as const;

/** Output of Terraform 1.11.4 with an S3 backend whose lock file exists. */
const held = `
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error
StatusCode: 412, RequestID: NWldW9, api error PreconditionFailed
Lock Info:
  ID:        12b3b0a7-9f0f-4d0d-b8ad-1f1a7d3e2c11
  Path:      state-bucket/prod.tfstate
  Operation: OperationTypeApply
  Who:       alice@laptop
  Version:   1.11.4
  Created:   2026-05-04 09:12:33.123456789 +0000 UTC
  Info:      


Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.
`;

test('a held lock names the holder and how to break it, and leaves with 3', () => {
  expect(lockHolder(held)).toEqual({
    id: '12b3b0a7-9f0f-4d0d-b8ad-1f1a7d3e2c11',
    who: 'alice@laptop',
    operation: 'apply',
    created: '2026-05-04 09:12:33 UTC',
  });
  const error = explainTerraformFailure(held, planRun);
  expect(error.exitCode).toBe(ExitCode.Locked);
  expect(error.message).toContain('locked by alice@laptop since 2026-05-04 09:12:33 UTC (apply');
  expect(error.message).toContain(
    'terraform -chdir=cdktf.out/stacks/prod force-unlock 12b3b0a7-9f0f-4d0d-b8ad-1f1a7d3e2c11',
  );
});

test('boxes and colour around a message do not matter', () => {
  const boxed = held.replace(/^/gm, '│ ').replace('Error:', '\u001b[31mError:\u001b[0m');
  expect(lockHolder(boxed)?.who).toBe('alice@laptop');
});

test('prevent_destroy names each address once, also when the line is wrapped', () => {
  const output = `
Error: Instance cannot be destroyed

  on main.tf.json line 138, in resource.aws_s3_bucket:

Resource aws_s3_bucket.Uploads has lifecycle.prevent_destroy set, but the
plan calls for this resource to be destroyed.

Error: Instance cannot be destroyed

Resource aws_route53_zone.Domain_Zone_Resource_8A7B6C5D has
lifecycle.prevent_destroy set, but the plan calls for this
`;
  expect(preventedDestroys(output)).toEqual([
    'aws_s3_bucket.Uploads',
    'aws_route53_zone.Domain_Zone_Resource_8A7B6C5D',
  ]);
  expect(preventedDestroys(held)).toEqual([]);
});

test.each([
  [
    'a stale plan',
    applyRun,
    'Error: Saved plan is stale\n\nThe given plan file',
    ExitCode.Refused,
    'slipway plan prod --save',
  ],
  [
    'a missing state bucket',
    planRun,
    'Error: Failed to get existing workspaces: S3 bucket "nobucket" does not exist.',
    ExitCode.Usage,
    'nobucket does not exist in this account; make it once: slipway bootstrap',
  ],
  ['missing credentials', planRun, 'Error: No valid credential sources found\n', ExitCode.Usage, 'AWS_PROFILE'],
  [
    'a gate that was not passed',
    applyRun,
    'Error: local-exec provisioner error\n\n  with terraform_data.Gate,\n  on main.tf.json line 103',
    ExitCode.VerificationFailed,
    'terraform_data.Gate; the old node keeps the address and serves',
  ],
  ['an interruption', applyRun, 'Interrupt received.\nPlease wait', ExitCode.Usage, 'the lock is released'],
  [
    'a gate that was interrupted with Terraform',
    applyRun,
    'Interrupt received.\n\nError: local-exec provisioner error\n\n  with terraform_data.Gate,\n',
    ExitCode.Usage,
    'was interrupted',
  ],
  ['a state that was not written', applyRun, 'Error: Failed to save state\n', ExitCode.RollbackFailed, 'state push'],
  [
    'anything else',
    planRun,
    'Error: creating RDS\nDB Instance: quota\n\nmore',
    ExitCode.Usage,
    'terraform plan prod failed: creating RDS DB Instance: quota',
  ],
])('%s is told in one line', (_, run, output, exitCode, words) => {
  const error = explainTerraformFailure(output, run);
  expect(error.exitCode).toBe(exitCode);
  expect(error.message).toContain(words);
  expect(error.message).not.toContain('\n');
});
