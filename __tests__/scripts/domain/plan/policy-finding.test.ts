import { policyFindings } from '../../../../scripts/domain/plan/policy-finding';
import type { Values } from '../../../../scripts/domain/plan/terraform-plan';

function findings(...resources: readonly (readonly [type: string, values: Values])[]) {
  return policyFindings({
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: {
      root_module: {
        resources: resources.map(([type, values]) => ({
          address: `${type}.It`,
          mode: 'managed' as const,
          type,
          values,
        })),
      },
    },
  }).map(({ rule, address, problem, remedy }) => {
    expect(remedy).not.toBe('');
    return `${rule} ${address} ${problem}`;
  });
}

const rule = 'aws_vpc_security_group_ingress_rule';
const open = { cidr_ipv4: '0.0.0.0/0', ip_protocol: 'tcp', from_port: 22, to_port: 22 };

test.each<[string, string, Values]>([
  ['public-database', 'aws_db_instance', { publicly_accessible: true, storage_encrypted: true }],
  ['unencrypted-storage', 'aws_db_instance', { storage_encrypted: false }],
  ['unencrypted-storage', 'aws_db_instance', { storage_encrypted: null }],
  ['unencrypted-storage', 'aws_ebs_volume', { encrypted: false }],
  ['unencrypted-storage', 'aws_instance', { root_block_device: [{ encrypted: false }] }],
  ['open-port', rule, open],
  ['open-port', rule, { ...open, from_port: 0, to_port: 1024 }],
  ['open-port', rule, { ...open, cidr_ipv4: null, cidr_ipv6: '::/0' }],
  [
    'open-port',
    'aws_security_group_rule',
    { type: 'ingress', protocol: 'tcp', from_port: 3306, to_port: 3306, cidr_blocks: ['0.0.0.0/0'] },
  ],
  ['public-bucket', 'aws_s3_bucket_public_access_block', { block_public_policy: false }],
  ['large-user-data', 'aws_instance', { user_data_base64: Buffer.alloc(16 * 1024 + 1).toString('base64') }],
  ['missing-tags', 'aws_vpc', { tags_all: { Project: 'webshop', Environment: 'prod' } }],
])('%s is found on %s', (expected, type, values) => {
  expect(findings([type, values])).toEqual([expect.stringContaining(`${expected} ${type}.It`)]);
});

test.each<[string, Values]>([
  ['aws_db_instance', { publicly_accessible: false, storage_encrypted: true }],
  [
    'aws_instance',
    { root_block_device: [{ encrypted: true }], user_data_base64: Buffer.alloc(16 * 1024).toString('base64') },
  ],
  [rule, { ...open, from_port: 443, to_port: 443 }],
  [rule, { ...open, cidr_ipv4: '203.0.113.0/24' }],
  [rule, { ...open, ip_protocol: 'udp' }],
  ['aws_security_group_rule', { type: 'egress', protocol: '-1', cidr_blocks: ['0.0.0.0/0'] }],
  ['aws_vpc', { tags_all: { Project: 'webshop', Environment: 'prod', ManagedBy: 'cdktf' } }],
  ['aws_ebs_volume', {}],
])('nothing is found on a good %s', (type, values) => {
  expect(findings([type, values])).toEqual([]);
});

test('all traffic from everywhere opens both ports', () => {
  expect(findings([rule, { cidr_ipv4: '0.0.0.0/0', ip_protocol: '-1' }])).toHaveLength(2);
});

test('a port is reported for its rule, and for the group only when no rule is to blame', () => {
  const group: [string, Values] = [
    'aws_security_group',
    { ingress: [{ cidr_blocks: ['0.0.0.0/0'], protocol: 'tcp', from_port: 22, to_port: 22 }] },
  ];
  expect(findings(group, [rule, open])).toEqual([`open-port ${rule}.It port 22 is open to the whole internet`]);
  expect(findings(group)).toEqual(['open-port aws_security_group.It port 22 is open to the whole internet']);
});
