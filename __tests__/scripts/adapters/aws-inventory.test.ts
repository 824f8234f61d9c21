import { EC2Client } from '@aws-sdk/client-ec2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import type { AwsClients } from '../../../scripts/adapters/aws-clients';
import { awsClients } from '../../../scripts/adapters/aws-clients';
import { readInventory } from '../../../scripts/adapters/aws-inventory';
import type { ManagedThings } from '../../../scripts/domain/drift/managed-things';

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Readonly<Record<string, unknown>>;
}

/** Clients that answer from a function instead of the network. */
function clients(answer: (call: string, input: Sent['input']) => unknown): AwsClients {
  const answering = <T extends object>(client: T): T =>
    Object.assign(client, {
      send: (command: Sent) => Promise.resolve().then(() => answer(command.constructor.name, command.input)),
    });
  const settings = { region: 'eu-central-1' };
  return {
    ...awsClients({ env: {} }),
    ec2: () => answering(new EC2Client(settings)),
    route53: () => answering(new Route53Client(settings)),
    s3: () => answering(new S3Client(settings)),
  };
}

const managed: ManagedThings = {
  groups: [{ address: 'aws_security_group.Web', groupId: 'sg-1' }],
  ruleIds: new Set(),
  zones: [{ address: 'aws_route53_zone.Zone', zoneId: 'Z1', name: 'example.org' }],
  records: new Set(),
  buckets: [{ address: 'aws_s3_bucket.Uploads', bucket: 'uploads', hasPolicy: false }],
};

function emptyAnswer(call: string): unknown {
  if (call === 'GetBucketPolicyCommand') throw Object.assign(new Error('none'), { name: 'NoSuchBucketPolicy' });
  return {};
}

test('reads all pages of rules, of the managed groups only', async () => {
  const { rules } = await readInventory(
    clients((call, input) => {
      if (call !== 'DescribeSecurityGroupRulesCommand') return emptyAnswer(call);
      expect(input['Filters']).toEqual([{ Name: 'group-id', Values: ['sg-1'] }]);
      const first = input['NextToken'] === undefined;
      const rule = { GroupId: 'sg-1', IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IsEgress: false };
      return first
        ? { NextToken: 'more', SecurityGroupRules: [{ ...rule, SecurityGroupRuleId: 'sgr-1', CidrIpv4: '10.0.0.0/8' }] }
        : { SecurityGroupRules: [{ ...rule, SecurityGroupRuleId: 'sgr-2', ReferencedGroupInfo: { GroupId: 'sg-2' } }] };
    }),
    managed,
  );
  expect(rules.map(({ ruleId, peer }) => [ruleId, peer])).toEqual([
    ['sgr-1', '10.0.0.0/8'],
    ['sgr-2', 'sg-2'],
  ]);
});

test('reads all pages of records', async () => {
  const { records } = await readInventory(
    clients((call, input) => {
      if (call !== 'ListResourceRecordSetsCommand') return emptyAnswer(call);
      return input['StartRecordName'] === undefined
        ? {
            IsTruncated: true,
            NextRecordName: 'b',
            NextRecordType: 'A',
            ResourceRecordSets: [{ Name: 'a', Type: 'A' }],
          }
        : { IsTruncated: false, ResourceRecordSets: [{ Name: 'b', Type: 'A', SetIdentifier: 'blue' }] };
    }),
    managed,
  );
  expect(records).toEqual([
    { zoneId: 'Z1', name: 'a', type: 'A' },
    { zoneId: 'Z1', name: 'b', type: 'A', setId: 'blue' },
  ]);
});

test('a bucket without a policy has none, and only grants to everybody count as public', async () => {
  const { buckets } = await readInventory(
    clients(call =>
      call === 'GetBucketAclCommand'
        ? {
            Grants: [
              { Grantee: { ID: 'owner' }, Permission: 'FULL_CONTROL' },
              { Grantee: { URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'READ' },
            ],
          }
        : emptyAnswer(call),
    ),
    managed,
  );
  expect(buckets).toEqual([{ bucket: 'uploads', hasPolicy: false, publicGrants: ['AllUsers READ'] }]);
});

test('a refusal of AWS is told in one line, not taken for "nothing there"', async () => {
  const denied = clients(call => {
    if (call !== 'GetBucketPolicyCommand') return {};
    throw Object.assign(new Error('no'), { name: 'AccessDenied' });
  });
  await expect(readInventory(denied, managed)).rejects.toMatchObject({ name: 'AwsError' });
});
