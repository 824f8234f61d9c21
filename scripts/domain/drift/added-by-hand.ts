import type { ManagedThings } from './managed-things';
import { domainName, recordKey } from './managed-things';

/** A rule of a security group, as EC2 describes it. */
export interface RuleInAws {
  readonly ruleId: string;
  readonly groupId: string;
  readonly egress: boolean;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** A block, another group or a prefix list. */
  readonly peer: string;
}

/** A record set of a zone, as Route53 lists it. */
export interface RecordInAws {
  readonly zoneId: string;
  readonly name: string;
  readonly type: string;
  readonly setId?: string;
}

/** What a bucket says about who may reach it. */
export interface BucketInAws {
  readonly bucket: string;
  readonly hasPolicy: boolean;
  /** Everybody, or every AWS account, may do this by an access control list. */
  readonly publicGrants: readonly string[];
}

/** What AWS has of the things that a state manages. */
export interface Inventory {
  readonly rules: readonly RuleInAws[];
  readonly records: readonly RecordInAws[];
  readonly buckets: readonly BucketInAws[];
}

/** Something that exists in AWS inside a managed thing, and that no code made. */
export interface AddedByHand {
  /** Address of the managed thing that it is in. */
  readonly inside: string;
  readonly what: string;
  readonly remove: string;
  readonly adopt: string;
}

/**
 * What somebody added beside the code. No plan shows these: a rule or a record is a resource of its own, and Terraform
 * knows only those that it made.
 *
 * @param delegated  domains of the other environments, whose stacks write their NS record into this zone
 */
export function addedByHand(managed: ManagedThings, aws: Inventory, delegated: readonly string[]): AddedByHand[] {
  return [...addedRules(managed, aws.rules), ...addedRecords(managed, aws.records, delegated), ...opened(managed, aws)];
}

function addedRules({ groups, ruleIds }: ManagedThings, rules: readonly RuleInAws[]): AddedByHand[] {
  return rules.flatMap(rule => {
    const group = groups.find(candidate => candidate.groupId === rule.groupId);
    if (!group || ruleIds.has(rule.ruleId)) return [];
    const direction = rule.egress ? 'egress' : 'ingress';
    const peer = `${rule.egress ? 'to' : 'from'} ${rule.peer}`;
    return {
      inside: group.address,
      what: `${direction} rule ${rule.ruleId}: ${portsOf(rule)} ${peer}`,
      remove: `aws ec2 revoke-security-group-${direction} --group-id ${rule.groupId} --security-group-rule-ids ${rule.ruleId}`,
      adopt: `add it to the code as aws_vpc_security_group_${direction}_rule with importFrom('${rule.ruleId}')`,
    };
  });
}

function portsOf({ protocol, fromPort, toPort }: RuleInAws): string {
  if (protocol === '-1') return 'all traffic';
  return fromPort === toPort ? `${protocol} ${fromPort}` : `${protocol} ${fromPort}-${toPort}`;
}

function addedRecords(
  { zones, records }: ManagedThings,
  found: readonly RecordInAws[],
  delegated: readonly string[],
): AddedByHand[] {
  return found.flatMap(record => {
    const zone = zones.find(candidate => candidate.zoneId === record.zoneId);
    const name = domainName(record.name);
    if (
      !zone ||
      records.has(recordKey(record.zoneId, record)) ||
      belongsThere(record.type, name, zone.name, delegated)
    ) {
      return [];
    }
    const setId = record.setId === undefined ? '' : `_${record.setId}`;
    return {
      inside: zone.address,
      what: `record ${name} ${record.type}${record.setId === undefined ? '' : ` (${record.setId})`}`,
      remove: `delete ${name} ${record.type} in the Route53 console, zone ${record.zoneId}`,
      adopt: `add it to the code as aws_route53_record with importFrom('${record.zoneId}_${name}_${record.type}${setId}')`,
    };
  });
}

/** NS and SOA of the zone come with it; an NS record for another environment's domain is that stack's delegation. */
function belongsThere(type: string, name: string, zoneName: string, delegated: readonly string[]): boolean {
  if (type === 'NS' && delegated.includes(name)) return true;
  return (type === 'NS' || type === 'SOA') && name === domainName(zoneName);
}

function opened({ buckets }: ManagedThings, { buckets: found }: Inventory): AddedByHand[] {
  return found.flatMap(inAws => {
    const bucket = buckets.find(candidate => candidate.bucket === inAws.bucket);
    if (!bucket) return [];
    const policy = {
      inside: bucket.address,
      what: `bucket policy on ${inAws.bucket}`,
      remove: `aws s3api delete-bucket-policy --bucket ${inAws.bucket}`,
      adopt: `add it to the code as aws_s3_bucket_policy with importFrom('${inAws.bucket}')`,
    };
    const grants = inAws.publicGrants.map(grant => ({
      inside: bucket.address,
      what: `public access by list on ${inAws.bucket}: ${grant}`,
      remove: `aws s3api put-bucket-acl --bucket ${inAws.bucket} --acl private`,
      adopt: 'nothing to adopt: give access by a policy or a CDN instead',
    }));
    return [...(inAws.hasPolicy && !bucket.hasPolicy ? [policy] : []), ...grants];
  });
}
