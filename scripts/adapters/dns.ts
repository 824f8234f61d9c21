import { Resolver } from 'node:dns/promises';
import { type DnsAnswer, plainName } from '../domain/mail/dns-answer';
import type { HostedZones } from './hosted-zones';

export type RecordType = 'NS' | 'CNAME' | 'MX' | 'TXT';

/** Asks for the records of a name. MX records read `10 host`, a TXT record is one string whatever its chunks. */
export interface Dns {
  /** Where the answers come from, for the log. */
  readonly source: string;
  lookUp(name: string, type: RecordType): Promise<DnsAnswer>;
}

/** Answers that mean "there is no such record", as against "nobody answered". */
const ABSENT = ['ENOTFOUND', 'ENODATA'];
const RESOLVER = { timeout: 3_000, tries: 2 };

/** The public DNS, through the resolver of this machine. */
export class PublicDns implements Dns {
  readonly source = 'the public DNS';

  constructor(private readonly resolver: Resolver = new Resolver(RESOLVER)) {}

  async lookUp(name: string, type: RecordType): Promise<DnsAnswer> {
    try {
      return { records: await this.resolve(name, type) };
    } catch (error) {
      const { code = 'no answer' } = error as NodeJS.ErrnoException;
      return ABSENT.includes(code) ? { records: [] } : { unanswered: code };
    }
  }

  private async resolve(name: string, type: RecordType): Promise<string[]> {
    switch (type) {
      case 'NS':
        return (await this.resolver.resolveNs(name)).map(plainName);
      case 'CNAME':
        return (await this.resolver.resolveCname(name)).map(plainName);
      case 'MX':
        return (await this.resolver.resolveMx(name)).map(mx => `${mx.priority} ${plainName(mx.exchange)}`);
      case 'TXT':
        return (await this.resolver.resolveTxt(name)).map(chunks => chunks.join(''));
    }
  }
}

/** The records as they stand in Route53, for an emulated AWS whose zones no name server publishes. */
export class ZoneDns implements Dns {
  readonly source = 'the zones of the emulated Route53, which nobody publishes';

  constructor(private readonly zones: HostedZones) {}

  async lookUp(name: string, type: RecordType): Promise<DnsAnswer> {
    const wanted = plainName(name);
    for (let domain = wanted; domain.includes('.'); domain = domain.slice(domain.indexOf('.') + 1)) {
      const [zone] = await this.zones.named(domain);
      if (!zone) continue;
      const sets = await this.zones.recordSets(zone.id);
      const values = sets.find(set => set.name === wanted && set.type === type)?.values ?? [];
      return { records: values.map(value => (type === 'TXT' ? unquoted(value) : plainName(value))) };
    }
    return { records: [] };
  }
}

/** Route53 stores a TXT record as quoted chunks: `"v=spf1 " "-all"`. */
function unquoted(value: string): string {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(chunk => (chunk[1] ?? '').replace(/\\(.)/g, '$1')).join('');
}
