import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export type RecordType = 'A' | 'AAAA' | 'CAA' | 'CNAME' | 'MX' | 'TXT';

export interface ZoneRecordProps {
  readonly zoneId: string;
  /** Full name, without a trailing dot. */
  readonly name: string;
  readonly type: RecordType;
  /** Time to live in seconds. */
  readonly ttl: number;
  readonly values: readonly string[];
  /**
   * Records that stand in the zone already, each as `<name> <type>`, e.g. `www.example.org A`.
   * If this record is among them it is imported.
   *
   * @default - the record is new
   */
  readonly adoptRecords?: readonly string[];
}

/**
 * One record of a zone, made or taken over.
 *
 * A record that somebody made by hand stops an apply ("already exists"), and that is right: overwriting it unseen
 * could move a live site. Listed in `adoptRecords` it is imported, and the plan shows the old value and the new one.
 *
 * @example
 * new ZoneRecord(this, 'Apex', { zoneId, name: 'example.org', type: 'A', ttl: 300, values: [ipv4] });
 */
export class ZoneRecord extends Construct implements ITerraformDependable {
  /** Address of the record, so that it can stand in a `dependsOn`. */
  readonly fqn: string;

  constructor(scope: Construct, id: string, props: ZoneRecordProps) {
    super(scope, id);
    const { zoneId, name, type, ttl, values, adoptRecords = [] } = props;
    const record = new Route53Record(this, 'Resource', { zoneId, name, type, ttl, records: [...values] });
    this.fqn = record.fqn;
    if (adoptRecords.includes(`${name} ${type}`)) record.importFrom(`${zoneId}_${name}_${type}`);
  }
}
