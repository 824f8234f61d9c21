import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput } from 'cdktf';
import { Network, type NetworkProps } from '../../constructs/network/network';
import { InvalidValueError } from '../../constructs/invalid-value';
import { Cidr } from '../../constructs/network/cidr';
import { Template } from '../support/template';

const minimal: NetworkProps = {
  name: 'webshop-dev',
  cidr: '10.21.0.0/16',
  availabilityZones: ['eu-central-1a', 'eu-central-1b'],
  overlayPool: '10.200.0.0/16',
};

const withProps = (props: Partial<NetworkProps> = {}) =>
  Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    new Network(stack, 'Network', { ...minimal, ...props });
  });

/** Name of a resource in its expressions: `aws_subnet.X` out of `${aws_subnet.X.id}`. */
const target = (expression: unknown) => /^\$\{(.+)\.id\}$/.exec(String(expression))?.[1];

const cidrs = (template: Template) =>
  template.resources('aws_subnet').map(subnet => String(subnet.values['cidr_block']));

/** Destinations that the subnets of one kind are routed to. */
function routesOf(template: Template, kind: string): unknown[] {
  const subnets = template.resources('aws_subnet').filter(subnet => subnet.address.includes(kind));
  const tables = template
    .resources('aws_route_table_association')
    .filter(one => subnets.some(subnet => subnet.address === target(one.values['subnet_id'])))
    .map(one => target(one.values['route_table_id']));
  expect(tables).toHaveLength(subnets.length);
  return template
    .resources('aws_route')
    .filter(route => tables.includes(target(route.values['route_table_id'])))
    .map(route => route.values['destination_cidr_block']);
}

describe('Network', () => {
  test('makes a public and a private subnet in each zone', () => {
    const template = withProps();
    expect(template.only('aws_vpc')).toMatchObject({
      cidr_block: '10.21.0.0/16',
      enable_dns_support: true,
      enable_dns_hostnames: true,
      tags: { Name: 'webshop-dev' },
    });
    expect(template.resources('aws_subnet').map(subnet => subnet.values['availability_zone'])).toEqual([
      'eu-central-1a',
      'eu-central-1b',
      'eu-central-1a',
      'eu-central-1b',
    ]);
    expect(cidrs(template)).toEqual(['10.21.128.0/20', '10.21.144.0/20', '10.21.0.0/20', '10.21.16.0/20']);
  });

  test('takes three zones and the smallest block', () => {
    const template = withProps({
      cidr: '192.168.16.0/20',
      availabilityZones: ['us-east-1b', 'us-east-1f', 'us-east-1a'],
    });
    expect(cidrs(template)).toHaveLength(6);
    expect(template.only('aws_vpc_endpoint')['service_name']).toBe('com.amazonaws.us-east-1.s3');
    const blocks = cidrs(template).map(cidr => Cidr.parse(cidr));
    const vpc = Cidr.parse('192.168.16.0/20');
    for (const [index, block] of blocks.entries()) {
      expect(vpc.contains(block)).toBe(true);
      expect(blocks.filter((other, place) => place !== index && other.overlaps(block))).toEqual([]);
    }
  });

  test('the subnets of a zone stay what they are when zones come, go or change places', () => {
    const of = (template: Template, zone: string) =>
      template.resources('aws_subnet').filter(subnet => subnet.values['availability_zone'] === zone);
    const before = of(withProps(), 'eu-central-1b');
    const after = of(withProps({ availabilityZones: ['eu-central-1c', 'eu-central-1b'] }), 'eu-central-1b');
    expect(before).toHaveLength(2);
    expect(after).toEqual(before);
  });

  test('hands out its subnets in the order of the zones', () => {
    const template = Template.of(stack => {
      new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
      const { cidr, vpcId, publicSubnetIds, privateSubnetIds } = new Network(stack, 'Network', {
        ...minimal,
        availabilityZones: ['eu-central-1b', 'eu-central-1a'],
      });
      const value = { cidr, vpcId, publicSubnetIds, privateSubnetIds };
      new TerraformOutput(stack, 'Made', { value, staticId: true });
    });
    expect(template.json.output?.['Made']?.['value']).toEqual({
      cidr: '10.21.0.0/16',
      vpcId: expect.stringMatching(/^\$\{aws_vpc\.Network_.*\.id\}$/),
      publicSubnetIds: [expect.stringContaining('PublicSubnets_B'), expect.stringContaining('PublicSubnets_A')],
      privateSubnetIds: [expect.stringContaining('PrivateSubnets_B'), expect.stringContaining('PrivateSubnets_A')],
    });
  });

  test('only the public subnets have a way out', () => {
    const template = withProps();
    expect(routesOf(template, 'PublicSubnets')).toEqual(['0.0.0.0/0']);
    expect(routesOf(template, 'PrivateSubnets')).toEqual([]);
    expect(template.only('aws_route')['gateway_id']).toMatch(/^\$\{aws_internet_gateway\./);
  });

  test('both reach S3 inside AWS', () => {
    const template = withProps();
    const endpoint = template.only('aws_vpc_endpoint');
    expect(endpoint).toMatchObject({ vpc_endpoint_type: 'Gateway', service_name: 'com.amazonaws.eu-central-1.s3' });
    const tables = template.resources('aws_route_table').map(table => `\${${table.address}.id}`);
    expect(tables).toHaveLength(2);
    expect([...(endpoint['route_table_ids'] as string[])].sort()).toEqual(tables);
  });

  test('no subnet may hand out public addresses', () => {
    for (const { values } of withProps().resources('aws_subnet')) expect(values['map_public_ip_on_launch']).toBe(false);
  });

  test('no resource may cost money', () => {
    const free =
      /^aws_(vpc|subnet|internet_gateway|route|route_table|route_table_association|vpc_endpoint|default_security_group)$/;
    for (const { type } of withProps().resources()) expect(type).toMatch(free);
  });

  test('the default security group lets nothing in or out', () => {
    const group = withProps().only('aws_default_security_group');
    expect(group).toMatchObject({ ingress: [], egress: [] });
    expect(group['vpc_id']).toMatch(/^\$\{aws_vpc\./);
  });

  test.each<[string, Partial<NetworkProps>, RegExp]>([
    ['the cidr is no block', { cidr: '10.21.0.0' }, /^vpc cidr is "10\.21\.0\.0", allowed is an IPv4 block/],
    ['the cidr has host bits', { cidr: '10.21.3.0/16' }, /^vpc cidr is "10\.21\.3\.0\/16".* write 10\.21\.0\.0\/16$/],
    ['the cidr is too large', { cidr: '10.0.0.0/15' }, /^vpc cidr is .*allowed is a \/16 to a \/20/],
    ['the cidr is too small', { cidr: '10.21.0.0/21' }, /^vpc cidr is .*allowed is a \/16 to a \/20/],
    ["the cidr overlaps Docker's bridges", { cidr: '172.18.0.0/16' }, /^vpc cidr is .*outside 172\.16\.0\.0\/12/],
    ['there is one zone', { availabilityZones: ['eu-central-1a'] }, /^availability zones is .*allowed is two or three/],
    [
      'there are four zones',
      { availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'] },
      /^availability zones is .*allowed is two or three/,
    ],
    ['a zone is repeated', { availabilityZones: ['eu-central-1a', 'eu-central-1a'] }, /allowed is each zone once/],
    [
      'a zone is a region',
      { availabilityZones: ['eu-central-1a', 'eu-central-1'] },
      /^availability zone is "eu-central-1"/,
    ],
    ['a zone is a local one', { availabilityZones: ['eu-central-1a', 'eu-central-1-ham-1a'] }, /^availability zone is/],
    ['the zones lie in two regions', { availabilityZones: ['eu-central-1a', 'eu-west-1b'] }, /zones of one region/],
    ['the overlay pool is no block', { overlayPool: '10.200.0.0/33' }, /^overlay pool is "10\.200\.0\.0\/33"/],
    ['the overlay pool has host bits', { overlayPool: '10.200.0.1/16' }, /^overlay pool is .*write 10\.200\.0\.0\/16/],
    ['the overlay pool holds too few networks', { overlayPool: '10.200.0.0/24' }, /^overlay pool is .*a \/8 to a \/20/],
    ['the overlay pool is the vpc', { overlayPool: '10.21.0.0/16' }, /^overlay pool is .*\(the vpc\)/],
    ['the overlay pool holds the vpc', { overlayPool: '10.0.0.0/8' }, /^overlay pool is .*\(the vpc\)/],
    [
      "the overlay pool overlaps Docker's bridges",
      { overlayPool: '172.20.0.0/16' },
      /^overlay pool is .*172\.16\.0\.0\/12/,
    ],
  ])('fails when %s', (_, props, message) => {
    expect(() => withProps(props)).toThrow(InvalidValueError);
    expect(() => withProps(props)).toThrow(message);
  });
});

describe('Cidr', () => {
  test.each(['0.0.0.0/0', '10.20.0.0/16', '192.168.1.128/25', '255.255.255.255/32'])(
    'prints %s as it was read',
    text => {
      expect(Cidr.parse(text).toString()).toBe(text);
    },
  );

  test.each([
    '',
    '10.20.0.0',
    '10.20.0/16',
    '256.0.0.0/8',
    '10.20.0.0/33',
    ' 10.20.0.0/16',
    '::/0',
    '1.2.3.4.5/8',
    'a.b.c.d/8',
  ])('fails when the text is %j', text => {
    expect(() => Cidr.parse(text)).toThrow(InvalidValueError);
  });

  test.each([
    ['10.0.0.0/8', '10.20.0.0/16', true, true],
    ['10.20.0.0/16', '10.0.0.0/8', false, true],
    ['10.20.0.0/16', '10.20.0.0/16', true, true],
    ['10.20.0.0/16', '10.20.255.255/32', true, true],
    ['10.20.0.0/16', '10.21.0.0/16', false, false],
    ['10.20.0.0/16', '10.19.255.0/24', false, false],
    ['0.0.0.0/0', '255.255.255.255/32', true, true],
  ])('%s and %s: contains %s, overlaps %s', (outer, inner, contains, overlaps) => {
    expect(Cidr.parse(outer).contains(Cidr.parse(inner))).toBe(contains);
    expect(Cidr.parse(outer).overlaps(Cidr.parse(inner))).toBe(overlaps);
  });

  test('counts its parts from 0', () => {
    const block = Cidr.parse('10.20.0.0/16');
    expect(block.subnet(8, 0).toString()).toBe('10.20.0.0/24');
    expect(block.subnet(8, 255).toString()).toBe('10.20.255.0/24');
    expect(block.subnet(0, 0).toString()).toBe('10.20.0.0/16');
  });

  test.each([
    [8, 256],
    [8, -1],
    [8, 0.5],
    [17, 0],
  ])('fails when a /16 is asked for part of %d bits number %d', (bits, index) => {
    expect(() => Cidr.parse('10.20.0.0/16').subnet(bits, index)).toThrow(InvalidValueError);
  });
});
