import type { StateResource, StateValues } from '../plan/terraform-plan';
import { managedResources } from '../plan/terraform-plan';

/** A security group, and the ids of the rules that the code made. */
interface ManagedGroup {
  readonly address: string;
  readonly groupId: string;
}

interface ManagedZone {
  readonly address: string;
  readonly zoneId: string;
  readonly name: string;
}

interface ManagedBucket {
  readonly address: string;
  readonly bucket: string;
  /** Whether the code says what the policy is; then a plan sees a change of it. */
  readonly hasPolicy: boolean;
}

/** What a state knows of the things whose parts can be added by hand without any plan seeing it. */
export interface ManagedThings {
  readonly groups: readonly ManagedGroup[];
  readonly ruleIds: ReadonlySet<string>;
  readonly zones: readonly ManagedZone[];
  /** Keys of `recordKey`. */
  readonly records: ReadonlySet<string>;
  readonly buckets: readonly ManagedBucket[];
}

/** Reads them from a state, e.g. `prior_state.values` of a plan. */
export function managedThings(state: StateValues | undefined): ManagedThings {
  const resources = managedResources(state);
  const ofType = (...types: string[]) => resources.filter(resource => types.includes(resource.type));
  const policies = new Set(ofType('aws_s3_bucket_policy').map(resource => text(resource, 'bucket')));
  return {
    groups: ofType('aws_security_group').map(resource => ({
      address: resource.address,
      groupId: text(resource, 'id'),
    })),
    ruleIds: new Set(
      ofType(
        'aws_vpc_security_group_ingress_rule',
        'aws_vpc_security_group_egress_rule',
        'aws_security_group_rule',
      ).map(resource => text(resource, 'security_group_rule_id')),
    ),
    zones: ofType('aws_route53_zone').map(resource => ({
      address: resource.address,
      zoneId: text(resource, 'zone_id'),
      name: text(resource, 'name'),
    })),
    records: new Set(
      ofType('aws_route53_record').map(resource =>
        recordKey(text(resource, 'zone_id'), {
          name: text(resource, 'fqdn') || text(resource, 'name'),
          type: text(resource, 'type'),
          setId: text(resource, 'set_identifier'),
        }),
      ),
    ),
    buckets: ofType('aws_s3_bucket').map(resource => ({
      address: resource.address,
      bucket: text(resource, 'bucket'),
      hasPolicy: policies.has(text(resource, 'bucket')),
    })),
  };
}

/** One key for a record, however its name is written: with a final dot, in capitals, or with `\052` for `*`. */
export function recordKey(zoneId: string, record: { name: string; type: string; setId?: string }): string {
  return [zoneId, domainName(record.name), record.type, record.setId ?? ''].join(' ');
}

/** A domain name as people write it. */
export function domainName(name: string): string {
  return name.replace(/\\052/g, '*').replace(/\.$/, '').toLowerCase();
}

function text(resource: StateResource, name: string): string {
  const value = resource.values?.[name];
  return typeof value === 'string' ? value : '';
}
