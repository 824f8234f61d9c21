import {
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
} from '@aws-sdk/client-route-53';
import { plainName } from '../domain/mail/dns-answer';
import type { AwsClients } from './aws-clients';
import { explainAwsError } from './aws-error';

export interface HostedZone {
  readonly id: string;
  readonly nameServers: readonly string[];
}

export interface RecordSet {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
}

/** The public zones of the account's Route53. */
export interface HostedZones {
  /** Public zones of exactly this domain; more than one is possible, and a mistake. */
  named(domain: string): Promise<readonly HostedZone[]>;
  recordSets(zoneId: string): Promise<readonly RecordSet[]>;
}

export class Route53Zones implements HostedZones {
  constructor(private readonly clients: AwsClients) {}

  async named(domain: string): Promise<readonly HostedZone[]> {
    const route53 = this.clients.route53();
    try {
      // Answers are sorted by name and start at the one asked for, so its zones are on the first page.
      const { HostedZones: listed = [] } = await route53.send(new ListHostedZonesByNameCommand({ DNSName: domain }));
      const ours = listed.filter(
        zone => plainName(zone.Name ?? '') === plainName(domain) && zone.Config?.PrivateZone !== true,
      );
      return await Promise.all(
        ours.map(async ({ Id: id = '' }) => {
          const { DelegationSet: set } = await route53.send(new GetHostedZoneCommand({ Id: id }));
          return { id: id.replace('/hostedzone/', ''), nameServers: (set?.NameServers ?? []).map(plainName) };
        }),
      );
    } catch (error) {
      throw explainAwsError(error, `looking for the zone ${domain}`);
    }
  }

  async recordSets(zoneId: string): Promise<readonly RecordSet[]> {
    const sets: RecordSet[] = [];
    try {
      let from: Partial<ListResourceRecordSetsCommandInput> | undefined = {};
      while (from) {
        const page: ListResourceRecordSetsCommandOutput = await this.clients
          .route53()
          .send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, ...from }));
        for (const { Name: name = '', Type: type = '', ResourceRecords: records = [] } of page.ResourceRecordSets ??
          []) {
          sets.push({ name: plainName(name), type, values: records.map(record => record.Value ?? '') });
        }
        from = page.IsTruncated
          ? {
              StartRecordName: page.NextRecordName,
              StartRecordType: page.NextRecordType,
              StartRecordIdentifier: page.NextRecordIdentifier,
            }
          : undefined;
      }
    } catch (error) {
      throw explainAwsError(error, `reading the records of zone ${zoneId}`);
    }
    return sets;
  }
}
