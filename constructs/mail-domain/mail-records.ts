import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Fn, type ITerraformDependable, Token } from 'cdktf';
import { Construct } from 'constructs';
import { ZoneRecord } from '../web-domain/zone-record';

/** A record as it must be found in DNS. */
export interface DnsRecord {
  readonly name: string;
  readonly type: 'CNAME' | 'MX' | 'TXT';
  readonly value: string;
}

export interface MailRecordsProps {
  readonly domain: string;
  readonly zoneId: string;
  readonly region: string;
  /** Domain of the envelope sender, below `domain`. */
  readonly mailFromDomain: string;
  readonly dmarcPolicy: 'none' | 'quarantine' | 'reject';
  readonly dmarcReportsTo: string;
  /** The three tokens of Easy DKIM, known to SES only. */
  readonly dkimTokens: string[];
  /** Whether DKIM records may be there already; what is written over them is the same, as the tokens are in the name. */
  readonly overwriteDkim: boolean;
  /** Records that are there already, see ZoneRecord. */
  readonly adoptRecords: readonly string[];
}

const TTL_SECONDS = 1800;
/** Easy DKIM has always three keys, so there are three records and no loop over a set unknown at plan time. */
const DKIM_KEYS = [0, 1, 2];

/**
 * The DNS records that make receivers believe mail of a domain: DKIM, the envelope sender's MX and SPF, and DMARC.
 *
 * Costs nothing beyond the zone.
 *
 * @example
 * const { list } = new MailRecords(this, 'Records', { domain, zoneId, region, mailFromDomain: `bounce.${domain}`, ... });
 */
export class MailRecords extends Construct {
  readonly list: readonly DnsRecord[];
  /** What must exist before SES looks for the envelope sender. */
  readonly mailFrom: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: MailRecordsProps) {
    super(scope, id);
    const { domain, mailFromDomain, dmarcPolicy, dmarcReportsTo } = props;
    const mx: DnsRecord = {
      name: mailFromDomain,
      type: 'MX',
      value: `10 feedback-smtp.${props.region}.amazonses.com`,
    };
    const spf: DnsRecord = { name: mailFromDomain, type: 'TXT', value: 'v=spf1 include:amazonses.com -all' };
    // SPF aligns relaxed, as the envelope sender is a subdomain; DKIM signs as the domain itself, so it aligns strictly.
    const dmarc: DnsRecord = {
      name: `_dmarc.${domain}`,
      type: 'TXT',
      value: `v=DMARC1; p=${dmarcPolicy}; rua=mailto:${dmarcReportsTo}; adkim=s; aspf=r`,
    };
    const dkim = this.makeDkim(props);
    this.mailFrom = [this.make('MailFromMx', mx, props), this.make('MailFromSpf', spf, props)];
    this.make('Dmarc', dmarc, props);
    this.list = [...dkim, mx, spf, dmarc];
  }

  private makeDkim(props: MailRecordsProps): DnsRecord[] {
    return DKIM_KEYS.map(index => {
      const token = Token.asString(Fn.element(props.dkimTokens, index));
      const record: DnsRecord = {
        name: `${token}._domainkey.${props.domain}`,
        type: 'CNAME',
        value: `${token}.dkim.amazonses.com`,
      };
      new Route53Record(this, `Dkim${index + 1}`, {
        zoneId: props.zoneId,
        name: record.name,
        type: record.type,
        ttl: TTL_SECONDS,
        records: [record.value],
        ...(props.overwriteDkim && { allowOverwrite: true }),
      });
      return record;
    });
  }

  private make(id: string, { name, type, value }: DnsRecord, { zoneId, adoptRecords }: MailRecordsProps): ZoneRecord {
    return new ZoneRecord(this, id, { zoneId, name, type, ttl: TTL_SECONDS, values: [value], adoptRecords });
  }
}
