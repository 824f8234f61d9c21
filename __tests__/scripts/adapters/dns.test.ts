import { Resolver } from 'node:dns/promises';
import { PublicDns, type RecordType, ZoneDns } from '../../../scripts/adapters/dns';
import type { HostedZones } from '../../../scripts/adapters/hosted-zones';

class FakeResolver extends Resolver {
  constructor(private readonly code: string | undefined) {
    super();
  }

  private answer<T>(value: T): Promise<T> {
    return this.code === undefined
      ? Promise.resolve(value)
      : Promise.reject(Object.assign(new Error(this.code), { code: this.code }));
  }

  override resolveNs = () => this.answer(['NS-1.example.net.', 'ns-2.example.net']);
  override resolveCname = () => this.answer(['Token.dkim.amazonses.com']);
  override resolveMx = () => this.answer([{ priority: 10, exchange: 'MX.example.net' }]);
  override resolveTxt = () => this.answer([['v=spf1 include:', 'amazonses.com -all'], ['other']]);
}

test.each([
  ['NS', ['ns-1.example.net', 'ns-2.example.net']],
  ['CNAME', ['token.dkim.amazonses.com']],
  ['MX', ['10 mx.example.net']],
  ['TXT', ['v=spf1 include:amazonses.com -all', 'other']],
] as const)('reads %s records', async (type, records) => {
  expect(await new PublicDns(new FakeResolver(undefined)).lookUp('example.org', type)).toEqual({ records });
});

test.each(['ENOTFOUND', 'ENODATA'])('%s means that there is no record', async code => {
  expect(await new PublicDns(new FakeResolver(code)).lookUp('example.org', 'TXT')).toEqual({ records: [] });
});

test.each(['ETIMEOUT', 'ESERVFAIL', 'ECONNREFUSED'])('%s means that nobody answered', async code => {
  expect(await new PublicDns(new FakeResolver(code)).lookUp('example.org', 'TXT')).toEqual({ unanswered: code });
});

describe('records of the zones', () => {
  const zones: HostedZones = {
    named: domain =>
      Promise.resolve(
        domain.endsWith('example.org') && /^(dev\.)?example\.org$/.test(domain)
          ? [{ id: domain, nameServers: [] }]
          : [],
      ),
    recordSets: id =>
      Promise.resolve(
        id === 'dev.example.org'
          ? [{ name: '_dmarc.dev.example.org', type: 'TXT', values: ['"v=DMARC1; " "p=none"', '"say \\"hi\\""'] }]
          : [
              { name: '_dmarc.dev.example.org', type: 'TXT', values: ['"of the wrong zone"'] },
              { name: 'bounce.example.org', type: 'MX', values: ['10 MX.example.net.'] },
            ],
      ),
  };
  const lookUp = (name: string, type: RecordType) => new ZoneDns(zones).lookUp(name, type);

  test('come from the zone that is closest to the name, with the chunks of a text put together', async () => {
    expect(await lookUp('_dmarc.dev.example.org', 'TXT')).toEqual({ records: ['v=DMARC1; p=none', 'say "hi"'] });
    expect(await lookUp('Bounce.example.org.', 'MX')).toEqual({ records: ['10 mx.example.net'] });
  });

  test('are none for another type, another name and a domain without a zone', async () => {
    expect(await lookUp('bounce.example.org', 'TXT')).toEqual({ records: [] });
    expect(await lookUp('x.example.org', 'MX')).toEqual({ records: [] });
    expect(await lookUp('bounce.example.com', 'MX')).toEqual({ records: [] });
  });
});
