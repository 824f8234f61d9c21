import type { Inventory } from '../../../../scripts/domain/drift/added-by-hand';
import { addedByHand } from '../../../../scripts/domain/drift/added-by-hand';
import { attributeDrift } from '../../../../scripts/domain/drift/attribute-drift';
import { driftOf, renderDrift } from '../../../../scripts/domain/drift/drift-report';
import { managedThings } from '../../../../scripts/domain/drift/managed-things';
import type { TerraformPlan } from '../../../../scripts/domain/plan/terraform-plan';
import { measuredPlan } from '../plan/measured-plan';

const plan = measuredPlan('changed-by-hand');
const managed = managedThings(plan.prior_state?.values);
const nothing: Inventory = { rules: [], records: [], buckets: [] };

function idOf(address: string, name = 'id'): string {
  const found = plan.prior_state?.values?.root_module?.resources?.find(resource => resource.address === address);
  return String(found?.values?.[name]);
}

const groupId = idOf('aws_security_group.Web');
const zoneId = idOf('aws_route53_zone.Zone', 'zone_id');
const managedRule = idOf('aws_vpc_security_group_ingress_rule.Https', 'security_group_rule_id');
const rule = {
  ruleId: 'sgr-hand',
  groupId,
  egress: false,
  protocol: 'tcp',
  fromPort: 3306,
  toPort: 3306,
  peer: '203.0.113.7/32',
};

describe('attributes', () => {
  test('what was changed by hand is found, with both values and what happens next', () => {
    expect(attributeDrift(plan)).toEqual([
      {
        address: 'aws_db_instance.Db',
        kind: 'changed',
        attributes: [
          expect.objectContaining({
            path: 'instance_class',
            before: '"db.t4g.micro"',
            after: '"db.t4g.medium"',
            putBack: true,
          }),
        ],
      },
      {
        address: 'aws_instance.Node',
        kind: 'changed',
        attributes: [expect.objectContaining({ path: 'tags.Owner', before: '(none)', after: '"bob"', putBack: true })],
      },
      { address: 'aws_route53_record.Txt', kind: 'removed', attributes: [] },
    ]);
  });

  test('the noise right after an apply is no drift', () => {
    expect(attributeDrift(measuredPlan('empty-after-apply'))).toEqual([]);
  });

  test.each(['aws_sns_topic', 'aws_sqs_queue'])(
    'the policy that a resource of its own gives to an %s is no drift',
    type => {
      const resource_drift: TerraformPlan['resource_drift'] = [
        {
          address: `${type}.Events`,
          mode: 'managed',
          type,
          change: {
            actions: ['update'],
            before: { policy: '{"Id":"default"}', display_name: 'events' },
            after: { policy: '{"Id":"ours"}', display_name: 'other' },
          },
        },
      ];
      const [drift] = attributeDrift({ format_version: '1.2', terraform_version: '1.11.4', resource_drift });
      expect(drift?.attributes.map(({ path }) => path)).toEqual(['display_name']);
    },
  );

  test('a changed value that the code does not set is drift that no apply puts back', () => {
    const [drift] = attributeDrift({
      format_version: '1.2',
      terraform_version: '1.11.4',
      resource_drift: [
        {
          address: 'aws_db_instance.Db',
          mode: 'managed',
          type: 'aws_db_instance',
          change: {
            actions: ['update'],
            before: { backup_window: '03:00-04:00', latest_restorable_time: 'a' },
            after: { backup_window: '05:00-06:00', latest_restorable_time: 'b' },
          },
        },
      ],
    });
    expect(drift?.attributes).toEqual([expect.objectContaining({ path: 'backup_window', putBack: false })]);
  });
});

describe('added by hand', () => {
  const added = (inventory: Partial<Inventory>, delegated: readonly string[] = []) =>
    addedByHand(managed, { ...nothing, ...inventory }, delegated);

  test('a rule that the state does not know is listed with the command that removes it', () => {
    expect(added({ rules: [{ ...rule, ruleId: managedRule }, rule] })).toEqual([
      {
        inside: 'aws_security_group.Web',
        what: 'ingress rule sgr-hand: tcp 3306 from 203.0.113.7/32',
        remove: `aws ec2 revoke-security-group-ingress --group-id ${groupId} --security-group-rule-ids sgr-hand`,
        adopt: "add it to the code as aws_vpc_security_group_ingress_rule with importFrom('sgr-hand')",
      },
    ]);
  });

  test('an egress rule is named as one', () => {
    const [found] = added({ rules: [{ ...rule, egress: true, protocol: '-1', fromPort: -1, toPort: -1 }] });
    expect(found?.what).toBe('egress rule sgr-hand: all traffic to 203.0.113.7/32');
    expect(found?.remove).toContain('revoke-security-group-egress');
  });

  test('a rule of a group that is not ours is not our business', () => {
    expect(added({ rules: [{ ...rule, groupId: 'sg-other' }] })).toEqual([]);
  });

  test('a record is known however its name is written', () => {
    const names = ['example.org', 'example.org.', 'EXAMPLE.org.'];
    expect(added({ records: names.map(name => ({ zoneId, name, type: 'A' })) })).toEqual([]);
  });

  test('a record that the state does not know is listed, a wildcard as people write it', () => {
    const [found, ...others] = added({ records: [{ zoneId, name: '\\052.hand.example.org.', type: 'TXT' }] });
    expect(others).toEqual([]);
    expect(found).toMatchObject({ inside: 'aws_route53_zone.Zone', what: 'record *.hand.example.org TXT' });
    expect(found?.adopt).toContain(`importFrom('${zoneId}_*.hand.example.org_TXT')`);
  });

  test('NS and SOA of the zone and the delegation of another environment belong there', () => {
    const records = [
      { zoneId, name: 'example.org.', type: 'NS' },
      { zoneId, name: 'example.org.', type: 'SOA' },
      { zoneId, name: 'dev.example.org.', type: 'NS' },
    ];
    expect(added({ records }, ['dev.example.org'])).toEqual([]);
    expect(added({ records }).map(({ what }) => what)).toEqual(['record dev.example.org NS']);
    expect(added({ records: [{ zoneId, name: 'dev.example.org.', type: 'A' }] }, ['dev.example.org'])).toHaveLength(1);
  });

  test('a policy is drift only where the code has none: a plan sees the others', () => {
    const bucket = 'webshop-prod-uploads';
    const buckets = [{ bucket, hasPolicy: true, publicGrants: [] }];
    expect(added({ buckets })).toEqual([]);
    const bare = { ...managed, buckets: managed.buckets.map(known => ({ ...known, hasPolicy: false })) };
    expect(addedByHand(bare, { ...nothing, buckets }, [])).toEqual([
      expect.objectContaining({ remove: `aws s3api delete-bucket-policy --bucket ${bucket}` }),
    ]);
  });

  test('a bucket that was opened by an access control list is found', () => {
    const buckets = [{ bucket: 'webshop-prod-uploads', hasPolicy: true, publicGrants: ['AllUsers READ'] }];
    expect(added({ buckets }).map(({ what }) => what)).toEqual([
      'public access by list on webshop-prod-uploads: AllUsers READ',
    ]);
  });
});

test('the report says what, where and what to do', () => {
  const report = driftOf(plan, { ...nothing, rules: [rule] }, { environment: 'prod', delegated: [] });
  expect(report.hasDrift).toBe(true);
  const text = renderDrift(report);
  expect(text).toContain('prod: 3 changed or removed, 1 added by hand');
  expect(text).toContain('instance_class: "db.t4g.micro" -> "db.t4g.medium" (the next apply puts it back)');
  expect(text).toContain('removed aws_route53_record.Txt: the next apply makes it again');
  expect(text).toContain('added by hand in aws_security_group.Web: ingress rule sgr-hand');
});

test('nothing found is no drift', () => {
  const report = driftOf(measuredPlan('empty-after-apply'), nothing, { environment: 'prod', delegated: [] });
  expect(report.hasDrift).toBe(false);
  expect(renderDrift(report)).toBe('prod: no drift');
});
