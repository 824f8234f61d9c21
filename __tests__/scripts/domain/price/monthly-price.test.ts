import { monthlyPrice } from '../../../../scripts/domain/price/monthly-price';
import type { PricedResource } from '../../../../scripts/domain/price/priced-resource';
import {
  resourcesBeforePlan,
  resourcesOfPlan,
  resourcesOfSynth,
} from '../../../../scripts/domain/price/priced-resource';
import { measuredPlan } from '../plan/measured-plan';

function resource(type: string, values: PricedResource['values'] = {}, name = 'It'): PricedResource {
  return { address: `${type}.${name}`, type, values };
}

const node = resource('aws_instance', {
  instance_type: 't3.micro',
  root_block_device: { volume_size: 20, volume_type: 'gp3' },
});
const database = resource('aws_db_instance', { instance_class: 'db.t4g.micro', allocated_storage: 20 });

const total = (...resources: readonly PricedResource[]) => monthlyPrice(resources).totalUsd;

test('a node is its hours and its disk', () => {
  // 730 h x 0.012 + 20 GiB x 0.0952
  expect(total(node)).toBeCloseTo(8.76 + 1.9, 2);
});

test('a standby doubles machine and storage', () => {
  const single = total(database);
  expect(single).toBeCloseTo(730 * 0.0185 + 20 * 0.137, 1);
  expect(total(resource('aws_db_instance', { ...database.values, multi_az: true }))).toBeCloseTo(2 * single, 1);
});

test.each<[string, PricedResource, number]>([
  ['a public address', resource('aws_eip'), 3.65],
  ['a NAT gateway', resource('aws_nat_gateway'), 37.96],
  ['a load balancer with its addresses', resource('aws_lb', { subnets: ['a', 'b'] }), 19.71 + 7.3],
  ['an internal load balancer', resource('aws_lb', { internal: true }), 19.71],
  [
    'an interface endpoint in two zones',
    resource('aws_vpc_endpoint', { vpc_endpoint_type: 'Interface', subnet_ids: ['a', 'b'] }),
    17.52,
  ],
  ['a gateway endpoint', resource('aws_vpc_endpoint', { vpc_endpoint_type: 'Gateway' }), 0],
  ['a customer key', resource('aws_kms_key'), 1],
  ['a zone', resource('aws_route53_zone'), 0.5],
  ['a plain health check', resource('aws_route53_health_check', { type: 'HTTP' }), 0.5],
  [
    'a health check that reads a page over HTTPS',
    resource('aws_route53_health_check', { type: 'HTTPS_STR_MATCH' }),
    2.5,
  ],
  [
    'a master secret',
    resource('aws_db_instance', { ...database.values, manage_master_user_password: true }),
    16.25 + 0.4,
  ],
  ['a web ACL with two rules', resource('aws_wafv2_web_acl', { rule: [{}, {}] }), 7],
  ['an advanced parameter', resource('aws_ssm_parameter', { tier: 'Advanced' }), 0.05],
  ['a standard parameter', resource('aws_ssm_parameter'), 0],
  ['a bucket, by allowance', resource('aws_s3_bucket'), 0.25],
])('%s', (_, one, usd) => {
  expect(total(one)).toBeCloseTo(usd, 2);
  expect(monthlyPrice([one]).unpriced).toEqual([]);
});

test('an old MySQL pays for Extended Support, unless that is switched off', () => {
  const old = { ...database.values, engine: 'mysql', engine_version: '8.0.36' };
  expect(total(resource('aws_db_instance', old)) - total(database)).toBeCloseTo(146, 1);
  const off = { ...old, engine_lifecycle_support: 'open-source-rds-extended-support-disabled' };
  expect(total(resource('aws_db_instance', off))).toBe(total(database));
  expect(total(resource('aws_db_instance', { ...old, engine_version: '8.4.5' }))).toBe(total(database));
});

test('ten alarms are free, the next two are not', () => {
  const alarms = (count: number) =>
    [...Array(count).keys()].map(i => resource('aws_cloudwatch_metric_alarm', {}, `A${i}`));
  expect(total(...alarms(10))).toBe(0);
  expect(total(...alarms(12))).toBeCloseTo(0.2, 2);
});

test('a dynamic public address is billed only where no Elastic IP replaces it', () => {
  const open = resource('aws_instance', { ...node.values, associate_public_ip_address: true });
  expect(total(open) - total(node)).toBeCloseTo(3.65, 2);
  expect(total(open, resource('aws_eip_association'))).toBe(total(node));
});

test('allowances are stated once, not once a bucket', () => {
  expect(total(resource('aws_s3_bucket', {}, 'A'), resource('aws_s3_bucket', {}, 'B'))).toBe(0.25);
});

test.each<[string, PricedResource]>([
  ['an unknown instance type', resource('aws_instance', { ...node.values, instance_type: 'x9.mega' })],
  [
    'an instance type that only an apply knows',
    resource('aws_instance', { ...node.values, instance_type: '${var.type}' }),
  ],
  ['a disk of unknown size', resource('aws_instance', { ...node.values, root_block_device: { volume_type: 'gp3' } })],
  ['the disk of the image', resource('aws_instance', { instance_type: 't3.micro' })],
  ['another volume type', resource('aws_ebs_volume', { size: 10, type: 'io2' })],
  ['an unknown database class', resource('aws_db_instance', { ...database.values, instance_class: 'db.r9.huge' })],
  ['an unknown type of resource', resource('aws_elasticache_cluster')],
])('%s is listed as unpriced, never silently free', (_, one) => {
  expect(monthlyPrice([one]).unpriced).toEqual([expect.stringContaining(`${one.address}: `)]);
});

test('another region is priced as eu-central-1, and says so', () => {
  expect(monthlyPrice([node], 'us-west-2').basis).toMatch(/^us-west-2 priced as eu-central-1/);
  expect(monthlyPrice([node]).basis).toMatch(/^list prices of eu-central-1/);
});

test('synthesized JSON and a plan give the same price for the same thing', () => {
  const synthesized = resourcesOfSynth({
    resource: {
      aws_instance: { Node: { ...node.values, subnet_id: '${aws_subnet.A.id}' } },
      aws_db_instance: { Db: database.values },
      aws_eip: { Address: { domain: 'vpc' } },
      aws_route53_zone: { Zone: { name: 'example.org' } },
      aws_s3_bucket: { Uploads: {} },
    },
  });
  expect(monthlyPrice(resourcesBeforePlan(measuredPlan('replacements'))).totalUsd).toBe(
    monthlyPrice(synthesized).totalUsd,
  );
});

test('a real plan that adds a NAT gateway has a line for it', () => {
  const { lines, unpriced } = monthlyPrice(resourcesOfPlan(measuredPlan('replacements')));
  expect(lines.map(({ what }) => what)).toContain('NAT gateway');
  expect(unpriced).toEqual([]);
});

test('a stack without resources costs nothing', () => {
  expect(monthlyPrice(resourcesOfSynth({}))).toMatchObject({ totalUsd: 0, lines: [], unpriced: [] });
});
