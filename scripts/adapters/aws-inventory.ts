import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { ListResourceRecordSetsCommandInput } from '@aws-sdk/client-route-53';
import type { Grant } from '@aws-sdk/client-s3';
import type { BucketInAws, Inventory, RecordInAws, RuleInAws } from '../domain/drift/added-by-hand';
import type { ManagedThings } from '../domain/drift/managed-things';
import type { AwsClients } from './aws-clients';
import { explainAwsError } from './aws-clients';

/** What AWS has inside the security groups, zones and buckets that a state manages. Reads only. */
export async function readInventory(aws: AwsClients, managed: ManagedThings): Promise<Inventory> {
  const [rules, records, buckets] = await Promise.all([
    rulesOf(aws, managed),
    Promise.all(managed.zones.map(zone => recordsOf(aws, zone.zoneId))),
    Promise.all(managed.buckets.map(({ bucket }) => bucketOf(aws, bucket))),
  ]);
  return { rules, records: records.flat(), buckets };
}

async function rulesOf(aws: AwsClients, { groups }: ManagedThings): Promise<RuleInAws[]> {
  if (groups.length === 0) return [];
  const { paginateDescribeSecurityGroupRules } = await import('@aws-sdk/client-ec2');
  const filter = { Name: 'group-id', Values: groups.map(({ groupId }) => groupId) };
  const rules: RuleInAws[] = [];
  try {
    const pages = paginateDescribeSecurityGroupRules({ client: aws.ec2() }, { Filters: [filter] });
    for await (const page of pages) rules.push(...(page.SecurityGroupRules ?? []).map(toRule));
    return rules;
  } catch (error) {
    throw explainAwsError(error, 'reading security group rules');
  }
}

function toRule(rule: SecurityGroupRule): RuleInAws {
  return {
    ruleId: rule.SecurityGroupRuleId ?? '',
    groupId: rule.GroupId ?? '',
    egress: rule.IsEgress ?? false,
    protocol: rule.IpProtocol ?? '-1',
    fromPort: rule.FromPort ?? -1,
    toPort: rule.ToPort ?? -1,
    peer: rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.ReferencedGroupInfo?.GroupId ?? rule.PrefixListId ?? 'unknown',
  };
}

async function recordsOf(aws: AwsClients, zoneId: string): Promise<RecordInAws[]> {
  const { ListResourceRecordSetsCommand } = await import('@aws-sdk/client-route-53');
  const records: RecordInAws[] = [];
  let start: Pick<ListResourceRecordSetsCommandInput, 'StartRecordName' | 'StartRecordType' | 'StartRecordIdentifier'> =
    {};
  try {
    for (let more = true; more;) {
      const page = await aws.route53().send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, ...start }));
      for (const { Name: name = '', Type: type = '', SetIdentifier: setId } of page.ResourceRecordSets ?? []) {
        records.push({ zoneId, name, type, ...(setId !== undefined && { setId }) });
      }
      more = page.IsTruncated ?? false;
      start = {
        StartRecordName: page.NextRecordName,
        StartRecordType: page.NextRecordType,
        StartRecordIdentifier: page.NextRecordIdentifier,
      };
    }
    return records;
  } catch (error) {
    throw explainAwsError(error, `reading the records of zone ${zoneId}`);
  }
}

async function bucketOf(aws: AwsClients, bucket: string): Promise<BucketInAws> {
  const { GetBucketAclCommand } = await import('@aws-sdk/client-s3');
  try {
    const { Grants: grants = [] } = await aws.s3().send(new GetBucketAclCommand({ Bucket: bucket }));
    return { bucket, hasPolicy: await hasPolicy(aws, bucket), publicGrants: grants.flatMap(publicGrant) };
  } catch (error) {
    throw explainAwsError(error, `reading who may reach bucket ${bucket}`);
  }
}

async function hasPolicy(aws: AwsClients, bucket: string): Promise<boolean> {
  const { GetBucketPolicyCommand } = await import('@aws-sdk/client-s3');
  try {
    const { Policy: policy } = await aws.s3().send(new GetBucketPolicyCommand({ Bucket: bucket }));
    return Boolean(policy);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchBucketPolicy') return false;
    throw error;
  }
}

function publicGrant({ Grantee: grantee, Permission: permission }: Grant): string[] {
  const group = /\/(AllUsers|AuthenticatedUsers)$/.exec(grantee?.URI ?? '')?.[1];
  return group === undefined ? [] : [`${group} ${permission ?? ''}`.trim()];
}
