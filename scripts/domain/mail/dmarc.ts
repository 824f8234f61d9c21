import { type Finding, notOk, ok } from '../doctor/finding';
import type { DnsAnswer } from './dns-answer';

export type DmarcPolicy = 'none' | 'quarantine' | 'reject';

/** The tags of a DMARC record that matter here (RFC 7489, section 6.3). */
export interface DmarcRecord {
  readonly policy: DmarcPolicy;
  /** Mailboxes for aggregate reports, without `mailto:` and size limit. */
  readonly reportsTo: readonly string[];
  /** `s` demands the very domain, `r` (the default) allows subdomains. */
  readonly dkimAlignment: 'r' | 's';
  readonly spfAlignment: 'r' | 's';
}

const POLICIES: readonly string[] = ['none', 'quarantine', 'reject'];

/** Reads a TXT record; undefined for one that is not DMARC or that receivers ignore for its mistakes. */
export function parseDmarc(text: string): DmarcRecord | undefined {
  const tags = text.split(';').map(tag => tag.split('=').map(part => part.trim()));
  const [first] = tags;
  if (first?.[0]?.toLowerCase() !== 'v' || first[1] !== 'DMARC1') return undefined;
  const valueOf = (name: string) => tags.find(tag => tag[0]?.toLowerCase() === name)?.[1] ?? '';
  const policy = valueOf('p').toLowerCase();
  if (!POLICIES.includes(policy)) return undefined;
  return {
    policy: policy as DmarcPolicy,
    reportsTo: valueOf('rua')
      .split(',')
      .map(uri => /^\s*mailto:([^!\s]+)/i.exec(uri)?.[1])
      .filter(address => address !== undefined),
    dkimAlignment: valueOf('adkim') === 's' ? 's' : 'r',
    spfAlignment: valueOf('aspf') === 's' ? 's' : 'r',
  };
}

/** What the environment's data asks for. */
export interface WantedDmarc {
  readonly domain: string;
  readonly policy: DmarcPolicy;
  readonly reportsTo: string;
}

/** Compares the published DMARC record with the environment's data. */
export function checkDmarc(environment: string, wanted: WantedDmarc, answer: DnsAnswer): Finding {
  const name = 'dmarc';
  const host = `_dmarc.${wanted.domain}`;
  const deploy = `run \`npx cdktf deploy ${environment}\``;
  if ('unanswered' in answer) {
    return notOk(name, `the DNS did not answer for ${host} (${answer.unanswered})`, 'check the network and try again');
  }
  const published = answer.records.filter(text => /^v\s*=\s*DMARC1/i.test(text));
  if (published.length !== 1) {
    const found =
      published.length === 0 ? 'no DMARC record' : `${published.length} DMARC records, so receivers use none`;
    return notOk(
      name,
      `${host} has ${found}`,
      published.length === 0 ? deploy : `delete all but one TXT record of ${host}`,
    );
  }
  const record = parseDmarc(published[0] ?? '');
  if (!record) return notOk(name, `${host} has "${published[0]}", which receivers ignore`, deploy);
  return compare(name, host, wanted, record, deploy);
}

function compare(name: string, host: string, wanted: WantedDmarc, record: DmarcRecord, deploy: string): Finding {
  const reports = record.reportsTo.join(', ') || 'nobody';
  const detail = `${host} says policy ${record.policy}, reports to ${reports}`;
  if (record.spfAlignment === 's') {
    return notOk(
      name,
      `${detail}, with strict SPF alignment that a MAIL FROM subdomain cannot meet`,
      `set aspf=r in ${host}`,
    );
  }
  const differences = [
    ...(record.policy === wanted.policy ? [] : [`policy ${wanted.policy}`]),
    ...(record.reportsTo.includes(wanted.reportsTo) ? [] : [`reports to ${wanted.reportsTo}`]),
  ];
  if (differences.length === 0) return ok(name, detail);
  return notOk(name, `${detail}; the environment's data wants ${differences.join(' and ')}`, deploy);
}
