import type { PlanReport } from '../../../../scripts/domain/plan/plan-report';
import { reportOf } from '../../../../scripts/domain/plan/plan-report';
import { summaryOf } from '../../../../scripts/domain/plan/plan-words';
import type { ResourceChange, TerraformPlan } from '../../../../scripts/domain/plan/terraform-plan';
import { parseTerraformPlan } from '../../../../scripts/domain/plan/terraform-plan';
import { measuredPlan } from './measured-plan';

const options = { environment: 'prod', protect: true, region: 'eu-central-1' };

function planOf(...changes: readonly ResourceChange[]): TerraformPlan {
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    applyable: changes.length > 0,
    resource_changes: changes,
  };
}

function deletion(type: string): ResourceChange {
  return {
    address: `${type}.Resource`,
    mode: 'managed',
    type,
    action_reason: 'delete_because_no_resource_config',
    change: { actions: ['delete'], before: { id: 'x' }, after: null },
  };
}

function change(report: PlanReport, address: string) {
  return report.changes.find(candidate => candidate.address === address);
}

describe('a real plan with replacements', () => {
  const report = reportOf(measuredPlan('replacements'), options);

  test('is counted by kind, a replacement once', () => {
    expect(report.counts).toEqual({ replace: 6, delete: 1, update: 1, create: 3, import: 0, forget: 0 });
    expect(summaryOf(report)).toBe('1 to delete, 6 to replace, 1 to update, 3 to create');
    expect(report.hasChanges).toBe(true);
  });

  test('names the attribute that forces each replacement', () => {
    expect(change(report, 'aws_instance.Node')).toMatchObject({
      kind: 'replace',
      newOneFirst: true,
      reason: 'user_data_base64 cannot be changed in place',
    });
    expect(change(report, 'aws_s3_bucket.Uploads')).toMatchObject({
      kind: 'replace',
      newOneFirst: false,
      loses: 'all objects and their versions',
      reason: 'bucket cannot be changed in place',
    });
    expect(change(report, 'aws_route53_record.Txt')).toMatchObject({ reason: 'it is no longer in the code' });
  });

  test('begins with what is lost for good, then what goes, and ends with what only adds', () => {
    expect(report.changes.map(({ kind }) => kind)).toEqual([
      'replace',
      'delete',
      ...Array<string>(5).fill('replace'),
      'update',
      ...Array<string>(3).fill('create'),
    ]);
    expect(report.changes[0]?.address).toBe('aws_s3_bucket.Uploads');
  });

  test('refuses the bucket in a protected environment only', () => {
    expect(report.protectedLosses).toEqual(['aws_s3_bucket.Uploads']);
    expect(reportOf(measuredPlan('replacements'), { ...options, protect: false }).protectedLosses).toEqual([]);
  });

  test('shows the price of the NAT gateway with its address', () => {
    const { before, after, added } = report.price;
    expect(after.totalUsd - before.totalUsd).toBeCloseTo(37.96 + 3.65 + (27.01 - 13.51), 1);
    expect(added).toContainEqual({ address: 'aws_nat_gateway.Nat', what: 'NAT gateway', usd: 37.96 });
  });

  test('finds the port that was opened', () => {
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({ rule: 'open-port', address: 'aws_vpc_security_group_ingress_rule.Ssh' });
  });

  test('holds neither the password nor the user data', () => {
    expect(JSON.stringify(measuredPlan('replacements'))).toContain('second-secret-value');
    expect(JSON.stringify(report)).not.toMatch(/secret-value|aGVsbG8/);
  });
});

describe('a real plan after a health gate that was not passed', () => {
  const report = reportOf(measuredPlan('unfinished-replacement'), options);

  test('says that a replacement is unfinished, and what happens next', () => {
    expect(report.unfinished).toEqual([
      'terraform_data.Gate was not passed the last time: an apply checks it again before anything else moves',
      'aws_instance.Node: the old object still exists beside its successor and is removed at the end',
    ]);
  });

  test('tells what was left behind from what is deleted', () => {
    expect(report.changes.filter(({ leftBehind }) => leftBehind).map(({ address }) => address)).toEqual([
      'aws_instance.Node',
      'terraform_data.Gate',
    ]);
  });
});

test('a real empty plan has no changes, whatever its drift list says', () => {
  const plan = measuredPlan('empty-after-apply');
  expect(plan.resource_drift).toHaveLength(10);
  const report = reportOf(plan, options);
  expect(report.hasChanges).toBe(false);
  expect(report.changes).toEqual([]);
  expect(summaryOf(report)).toBe('no changes');
});

test.each(['aws_db_instance', 'aws_s3_bucket', 'aws_route53_zone', 'aws_eip', 'aws_sesv2_email_identity'])(
  'deleting %s is a loss that a protected environment refuses',
  type => {
    const report = reportOf(planOf(deletion(type)), options);
    expect(report.changes[0]?.loses).toBeTruthy();
    expect(report.protectedLosses).toEqual([`${type}.Resource`]);
  },
);

test('deleting what can be made again is no loss', () => {
  const report = reportOf(planOf(deletion('aws_route53_record')), options);
  expect(report.protectedLosses).toEqual([]);
  expect(report.changes[0]).not.toHaveProperty('loses');
});

test('a deposed database is no loss: its successor lives', () => {
  const report = reportOf(planOf({ ...deletion('aws_db_instance'), deposed: '24a0b611' }), options);
  expect(report.protectedLosses).toEqual([]);
});

test('an address that Terraform itself refused is protected in every environment', () => {
  const plan = { ...planOf(), applyable: false, errored: true };
  const report = reportOf(plan, { ...options, protect: false, preventedDestroys: ['aws_eip.Address'] });
  expect(report.protectedLosses).toEqual(['aws_eip.Address']);
});

test('an import is counted apart and says what is taken over', () => {
  const report = reportOf(
    planOf({
      address: 'aws_route53_zone.Zone',
      mode: 'managed',
      type: 'aws_route53_zone',
      change: { actions: ['no-op'], before: {}, after: {}, importing: { id: 'Z0123' } },
    }),
    options,
  );
  expect(report.counts).toMatchObject({ import: 1, create: 0 });
  expect(report.changes[0]?.reason).toContain('Z0123');
});

test('outputs alone are a change', () => {
  const plan = { ...planOf(), applyable: true, output_changes: { nodeIp: { actions: ['update' as const] } } };
  const report = reportOf(plan, options);
  expect(report).toMatchObject({ hasChanges: true, outputs: ['nodeIp'] });
  expect(summaryOf(report)).toBe('only outputs change');
});

test('fails when the format is not one that is known', () => {
  expect(() => parseTerraformPlan('{"format_version":"2.0"}')).toThrow('plan format is 2.0, allowed is 1.x');
});
