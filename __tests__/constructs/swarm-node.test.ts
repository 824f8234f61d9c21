import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Token } from 'cdktf';
import { InvalidValueError } from '../../constructs/invalid-value';
import { SwarmNode, type NodeVaultAccess, type SwarmNodeProps } from '../../constructs/swarm-node/swarm-node';
import { encodeUserData, renderUserData } from '../../constructs/swarm-node/user-data';
import { Template, type Values } from '../support/template';
import { maximalUserData, minimalUserData } from '../support/user-data-options';

const vault: NodeVaultAccess = {
  bucketName: minimalUserData.vaultBucket,
  parameterPath: minimalUserData.parameterPath,
  program: { sha256: minimalUserData.programSha256, object: { fqn: 'aws_s3_object.Program' } },
  grantNode(role: IamRole) {
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    new IamRolePolicy(role, 'Vault', { role: role.id, name: 'vault', policy });
  },
};

const minimal: SwarmNodeProps = {
  name: 'webshop-prod',
  region: 'eu-central-1',
  network: { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'] },
  userData: minimalUserData,
  vault,
  protect: true,
};

const maximal: SwarmNodeProps = {
  ...minimal,
  userData: maximalUserData,
  protect: false,
  instanceType: 'm7g.large',
  amiId: 'ami-0123456789abcdef0',
  rootVolumeGiB: 40,
  ssh: { via: 'direct', allowedCidrs: ['192.0.2.0/24', '198.51.100.7/32'] },
  readinessCommand: instanceId => `wait-for ${instanceId}`,
};

function templateOf(props: SwarmNodeProps): Template {
  return Template.of(stack => {
    new AwsProvider(stack, 'Aws', { region: props.region });
    new SwarmNode(stack, 'Node', props);
  });
}

function making(changes: Partial<SwarmNodeProps>): () => Template {
  return () => templateOf({ ...minimal, ...changes });
}

/** Rules into or out of the groups whose address begins so, as `protocol port peer`. */
function rules(template: Template, direction: 'ingress' | 'egress', group: string): string[] {
  return template
    .resources(`aws_vpc_security_group_${direction}_rule`)
    .filter(({ values }) => String(values['security_group_id']).includes(group))
    .map(({ values }) => {
      expect(values['from_port']).toBe(values['to_port']);
      const peer = values['cidr_ipv4'] ?? values['referenced_security_group_id'];
      return `${String(values['ip_protocol'])} ${String(values['from_port'])} ${String(peer)}`;
    })
    .sort();
}

function addressOf(template: Template, type: string): string {
  const [resource] = template.resources(type);
  if (!resource) throw new Error(`no ${type}`);
  return resource.address;
}

const WEB_FROM_ANYWHERE = ['tcp 443 0.0.0.0/0', 'tcp 80 0.0.0.0/0', 'udp 443 0.0.0.0/0'];

describe('a swarm node with minimal props', () => {
  const template = templateOf(minimal);
  const instance = template.only('aws_instance');

  it('is a small instance of the newest Debian 13, in the first subnet', () => {
    const [image] = template.dataSources('aws_ssm_parameter');
    expect(image?.values['name']).toBe('/aws/service/debian/release/13/latest/amd64');
    expect(instance).toMatchObject({
      ami: `\${data.${image?.address ?? ''}.insecure_value}`,
      instance_type: 't3.micro',
      subnet_id: 'subnet-1',
      associate_public_ip_address: true,
      monitoring: false,
      ebs_optimized: true,
      credit_specification: { cpu_credits: 'standard' },
      maintenance_options: { auto_recovery: 'default' },
      tags: { Name: 'webshop-prod' },
    });
  });

  it('asks for a token before it hands out credentials, and only on the node itself', () => {
    expect(instance['metadata_options']).toEqual({
      http_endpoint: 'enabled',
      http_tokens: 'required',
      http_put_response_hop_limit: 1,
    });
  });

  it('has an encrypted disk', () => {
    expect(instance['root_block_device']).toMatchObject({ encrypted: true, volume_type: 'gp3', volume_size: 20 });
  });

  it('is replaced by new user data, and by nothing that Debian publishes', () => {
    expect(instance['user_data_base64']).toBe(encodeUserData(renderUserData(minimalUserData)));
    expect(instance['user_data_replace_on_change']).toBe(true);
    expect(instance['lifecycle']).toEqual({ create_before_destroy: true, ignore_changes: ['ami'] });
    expect(instance['disable_api_termination']).toBe(false);
  });

  it('has a role for EC2 whose only policy is that of the vault, and boots after it and after the program is there', () => {
    const role = template.only('aws_iam_role');
    expect(JSON.parse(String(role['assume_role_policy']))).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
    });
    expect(template.resources('aws_iam_role_policy')).toHaveLength(1);
    expect(template.resources('aws_iam_role_policy_attachment')).toHaveLength(0);
    expect(role).not.toHaveProperty('managed_policy_arns');
    expect(instance['depends_on']).toEqual([addressOf(template, 'aws_iam_role_policy'), 'aws_s3_object.Program']);
  });

  it('lets in the web from anywhere, and SSH from the connect endpoint only', () => {
    const endpoint = template.only('aws_ec2_instance_connect_endpoint');
    expect(endpoint).toMatchObject({ subnet_id: 'subnet-1', preserve_client_ip: false });
    const [group] = endpoint['security_group_ids'] as string[];
    expect(rules(template, 'ingress', 'Node_Firewall')).toEqual([`tcp 22 ${group ?? ''}`, ...WEB_FROM_ANYWHERE]);
    expect(rules(template, 'egress', 'Node_Firewall')).toEqual([
      'tcp 443 0.0.0.0/0',
      'tcp 587 0.0.0.0/0',
      'tcp 80 0.0.0.0/0',
    ]);
  });

  it('lets the connect endpoint reach port 22 of the node, and nobody reach the endpoint', () => {
    const [nodeGroup] = instance['vpc_security_group_ids'] as string[];
    expect(rules(template, 'egress', 'ConnectEndpoint')).toEqual([`tcp 22 ${nodeGroup ?? ''}`]);
    expect(rules(template, 'ingress', 'ConnectEndpoint')).toEqual([]);
  });

  it('has an address that Terraform does not give back, and no gate', () => {
    expect(template.only('aws_eip')).toMatchObject({ domain: 'vpc', lifecycle: { prevent_destroy: true } });
    expect(template.resources('terraform_data')).toHaveLength(0);
    expect(template.only('aws_eip_association')).not.toHaveProperty('depends_on');
  });
});

describe('a swarm node with all props', () => {
  const template = templateOf(maximal);
  const instance = template.only('aws_instance');

  it('is what was asked for', () => {
    expect(instance).toMatchObject({ ami: 'ami-0123456789abcdef0', instance_type: 'm7g.large' });
    expect(instance['root_block_device']).toMatchObject({ volume_size: 40 });
    expect(template.dataSources('aws_ssm_parameter')).toHaveLength(0);
  });

  it('has no CPU credits to be charged for', () => {
    expect(instance).not.toHaveProperty('credit_specification');
  });

  it('lets in SSH from the listed networks, without an endpoint', () => {
    expect(rules(template, 'ingress', 'Node_Firewall')).toEqual([
      'tcp 22 192.0.2.0/24',
      'tcp 22 198.51.100.7/32',
      ...WEB_FROM_ANYWHERE,
    ]);
    expect(template.resources('aws_ec2_instance_connect_endpoint')).toHaveLength(0);
  });

  it('leaves nothing behind when it is destroyed', () => {
    expect(template.only('aws_eip')).not.toHaveProperty('lifecycle');
  });

  it('waits for the new instance before the address moves', () => {
    const gate = template.only('terraform_data');
    const id = `\${${addressOf(template, 'aws_instance')}.id}`;
    expect(gate['triggers_replace']).toEqual({ instanceId: id });
    expect(gate['provisioner']).toEqual([{ 'local-exec': { command: `wait-for ${id}` } }]);
    expect(template.only('aws_eip_association')).toMatchObject({
      instance_id: id,
      allow_reassociation: true,
      depends_on: [addressOf(template, 'terraform_data')],
    });
  });
});

describe.each([
  ['minimal', minimal],
  ['all', maximal],
])('with %s props', (_, props) => {
  const template = templateOf(props);

  it('every link of the replacement is made before the old one goes', () => {
    const chain = ['aws_instance', 'terraform_data', 'aws_eip_association', 'aws_security_group'];
    for (const { address, values } of chain.flatMap(type => template.resources(type))) {
      expect({ address, lifecycle: values['lifecycle'] }).toEqual({
        address,
        lifecycle: expect.objectContaining({ create_before_destroy: true }) as unknown,
      });
    }
  });

  it('no group has rules of its own, and every rule says what it is for', () => {
    for (const { values } of template.resources('aws_security_group')) {
      expect(values).not.toHaveProperty('ingress');
      expect(values).not.toHaveProperty('egress');
      expect(values['description']).toMatch(/^Security group of the /);
    }
    const all = template.resources().filter(({ type }) => /_security_group_.*_rule$/.test(type));
    for (const { values } of all) expect(String(values['description'])).toMatch(/\w{3}/);
  });

  it('nothing but the web is open to the internet', () => {
    const open = template
      .resources('aws_vpc_security_group_ingress_rule')
      .filter(({ values }) => values['cidr_ipv4'] === '0.0.0.0/0' || 'cidr_ipv6' in values);
    expect(open.map(({ values }) => values['from_port']).sort()).toEqual([443, 443, 80]);
  });

  it('everything has a name that begins with that of the environment', () => {
    const names = template.resources().flatMap(({ values }) => {
      const tags = (values['tags'] ?? {}) as Values;
      return [values['name'], values['name_prefix'], tags['Name']].filter(
        name => name !== undefined && name !== 'vault',
      );
    });
    expect(names.length).toBeGreaterThan(4);
    for (const name of names) expect(name).toMatch(/^webshop-prod/);
  });

  it('is synthesized to the same bytes again', () => {
    expect(JSON.stringify(templateOf(props).json)).toBe(JSON.stringify(template.json));
  });
});

describe('the processor of an instance type', () => {
  it.each([
    ['t3.micro', 'amd64', true],
    ['t3a.small', 'amd64', true],
    ['t4g.micro', 'arm64', true],
    ['m7gd.large', 'arm64', false],
    ['c7gn.medium', 'arm64', false],
    ['m7i-flex.large', 'amd64', false],
    ['g5.xlarge', 'amd64', false],
    ['g5g.xlarge', 'arm64', false],
  ])('%s is %s', (instanceType, architecture, burstable) => {
    const template = templateOf({ ...minimal, instanceType });
    const [image] = template.dataSources('aws_ssm_parameter');
    expect(image?.values['name']).toBe(`/aws/service/debian/release/13/latest/${architecture}`);
    expect('credit_specification' in template.only('aws_instance')).toBe(burstable);
  });
});

describe('a swarm node fails when', () => {
  const direct = (...allowedCidrs: string[]): Partial<SwarmNodeProps> => ({ ssh: { via: 'direct', allowedCidrs } });

  it.each<[string, Partial<SwarmNodeProps>, RegExp]>([
    ['the instance type is none', { instanceType: 'micro' }, /^instance type is "micro", allowed/],
    ['the image is none', { amiId: 'debian-13' }, /^ami id is "debian-13", allowed/],
    ['the disk is too small', { rootVolumeGiB: 8 }, /^root volume in GiB is 8, allowed/],
    ['there is no public subnet', { network: { vpcId: 'vpc-1', publicSubnetIds: [] } }, /^public subnets is \[\]/],
    ['SSH is open to nobody', direct(), /^ssh allowedCidrs is \[\], allowed/],
    ['SSH is open to everybody', direct('0.0.0.0/0'), /^ssh allowedCidrs is "0.0.0.0\/0", allowed/],
    ['SSH is open to half of everybody', direct('192.0.2.0/24', '0.0.0.0/1'), /^ssh allowedCidrs is "0.0.0.0\/1"/],
    ['SSH is open to no block', direct('192.0.2.1'), /^ssh allowedCidrs is "192.0.2.1", allowed/],
    ['a network is listed twice', direct('192.0.2.0/24', '192.0.2.0/24'), /^ssh allowedCidrs is \[/],
    ['the user data is wrong', { name: 'Webshop' }, /^node name is "Webshop", allowed/],
    [
      'the name of the vault is known later',
      { vault: { ...vault, bucketName: Token.asString({ resolve: () => 'name' }) } },
      /^vaultBucket in user data is/,
    ],
  ])('%s', (_, changes, message) => {
    expect(making(changes)).toThrow(message);
    expect(making(changes)).toThrow(InvalidValueError);
  });
});
