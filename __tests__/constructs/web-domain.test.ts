import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput } from 'cdktf';
import { InvalidValueError } from '../../constructs/invalid-value';
import { WebDomain, type WebDomainProps } from '../../constructs/web-domain/web-domain';
import { Template } from '../support/template';

const minimal: WebDomainProps = {
  domain: 'example.org',
  ipv4: '192.0.2.10',
  protect: true,
  registryPath: '/webshop/zones',
  iodefEmail: 'ops@example.org',
};

const withProps = (props: Partial<WebDomainProps> = {}, use?: (domain: WebDomain) => void) =>
  Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    const domain = new WebDomain(stack, 'Domain', { ...minimal, ...props });
    new TerraformOutput(stack, 'HealthCheckId', { value: domain.healthCheckId ?? 'none', staticId: true });
    use?.(domain);
  });

/** All records as `name type value,value`, sorted. */
const records = (template: Template) =>
  template
    .resources('aws_route53_record')
    .filter(({ values }) => values['type'] !== 'NS')
    .map(({ values }) => `${String(values['name'])} ${String(values['type'])} ${String(values['records'])}`)
    .sort();

const CAA = '0 issue "letsencrypt.org",0 issue "amazon.com",0 issuewild ";",0 iodef "mailto:ops@example.org"';

interface Import {
  readonly to: string;
  readonly id: string;
}

const imports = (template: Template) => (template.json as { import?: readonly Import[] }).import ?? [];

describe('WebDomain', () => {
  test('makes a protected zone, the apex record and who may issue certificates, and no more', () => {
    const template = withProps();
    expect(template.only('aws_route53_zone')).toMatchObject({
      name: 'example.org',
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(records(template)).toEqual(['example.org A 192.0.2.10', `example.org CAA ${CAA}`]);
    expect(template.resources('aws_route53_health_check')).toEqual([]);
    expect(template.json.output?.['HealthCheckId']).toMatchObject({ value: 'none' });
    expect(template.dataSources()).toEqual([]);
    expect(imports(template)).toEqual([]);
  });

  test('publishes the zone for the stacks of child domains', () => {
    expect(withProps().only('aws_ssm_parameter')).toMatchObject({
      name: '/webshop/zones/example.org',
      type: 'String',
      insecure_value: expect.stringMatching(/^\$\{aws_route53_zone\.\w+\.zone_id\}$/) as string,
    });
  });

  test('takes hosts, IPv6, a health check and a time to live', () => {
    const template = withProps({
      hostLabels: ['www', 'shop.eu'],
      ipv6: '2001:db8::1',
      healthCheckPath: '/healthz',
      recordTtl: 60,
    });
    expect(records(template)).toEqual([
      'example.org A 192.0.2.10',
      'example.org AAAA 2001:db8::1',
      `example.org CAA ${CAA}`,
      'shop.eu.example.org A 192.0.2.10',
      'shop.eu.example.org AAAA 2001:db8::1',
      'www.example.org A 192.0.2.10',
      'www.example.org AAAA 2001:db8::1',
    ]);
    const hosts = template.resources('aws_route53_record').filter(({ values }) => values['type'] !== 'CAA');
    expect(new Set(hosts.map(({ values }) => values['ttl']))).toEqual(new Set([60]));
    expect(template.only('aws_route53_health_check')).toMatchObject({
      type: 'HTTPS',
      fqdn: 'example.org',
      port: 443,
      resource_path: '/healthz',
      request_interval: 30,
      failure_threshold: 3,
    });
    expect(template.json.output?.['HealthCheckId']).toMatchObject({
      value: expect.stringContaining('aws_route53_health_check') as string,
    });
  });

  test('host records live for five minutes unless told otherwise', () => {
    expect(withProps().named('aws_route53_record', 'Domain_Apex')).toMatchObject({ ttl: 300 });
  });

  test('an unprotected zone goes with its records', () => {
    const zone = withProps({ protect: false }).only('aws_route53_zone');
    expect(zone).toMatchObject({ force_destroy: true });
    expect(zone).not.toHaveProperty('lifecycle');
  });
});

describe('delegation from the parent zone', () => {
  const template = withProps({ domain: 'dev.example.org', parentDomain: 'example.org', protect: false });
  const record = template.named('aws_route53_record', 'Domain_Delegation');
  const [lookup] = template.dataSources('aws_ssm_parameters_by_path');

  test('names the zone with its own name servers', () => {
    expect(record).toMatchObject({
      name: 'dev.example.org',
      type: 'NS',
      records: expect.stringMatching(/^\$\{aws_route53_zone\.\w+\.name_servers\}$/) as string,
    });
  });

  test('exists only if the parent is published', () => {
    expect(record['count']).toBe(
      `\${contains(data.${lookup?.address ?? ''}.names, "/webshop/zones/example.org") ? 1 : 0}`,
    );
    expect(record['zone_id']).toContain('["/webshop/zones/example.org"]');
  });

  test('is looked up without waiting for any resource, so that the count is known at plan time', () => {
    expect(lookup?.values).toMatchObject({ path: '/webshop/zones' });
    expect(JSON.stringify(lookup?.values)).not.toMatch(/aws_|depends_on/);
  });
});

describe('adoption', () => {
  test('imports the zone and the listed records, and makes the others', () => {
    const template = withProps({
      adoptZoneId: 'Z0123456789ABCDEFGHIJ',
      adoptRecords: ['www.example.org A', 'example.org CAA'],
      hostLabels: ['www'],
    });
    const imported = imports(template).map(({ to, id }) => [to.split('.')[0], id.replace(/^\$\{.*\}/, 'ZONE')]);
    expect(imported).toEqual([
      ['aws_route53_zone', 'Z0123456789ABCDEFGHIJ'],
      ['aws_route53_record', 'ZONE_www.example.org_A'],
      ['aws_route53_record', 'ZONE_example.org_CAA'],
    ]);
  });

  test('no record is ever overwritten unseen', () => {
    const template = withProps({ adoptZoneId: 'Z0123456789ABCDEFGHIJ', hostLabels: ['www'] });
    for (const { values } of template.resources('aws_route53_record'))
      expect(values).not.toHaveProperty('allow_overwrite');
  });
});

describe('fails', () => {
  const label64 = 'a'.repeat(64);

  test.each<[string, Partial<WebDomainProps>, string]>([
    ['in upper case', { domain: 'Example.org' }, 'domain is "Example.org"'],
    ['with a trailing dot', { domain: 'example.org.' }, 'domain is "example.org."'],
    ['with one label', { domain: 'localhost' }, 'domain is "localhost"'],
    ['with a label of 64 characters', { domain: `${label64}.org` }, `domain is "${label64}.org"`],
    ['longer than DNS allows', { domain: `${'a.'.repeat(126)}org` }, 'domain is "a.a.'],
    ['with a hyphen at the edge', { domain: 'shop-.example.org' }, 'domain is "shop-.example.org"'],
    ['not in punycode', { domain: 'bücher.example' }, 'domain is "bücher.example"'],
    ['that is an address', { domain: '192.0.2.1' }, 'domain is "192.0.2.1"'],
  ])('when the domain is %s', (_, props, message) => {
    expect(() => withProps(props)).toThrow(InvalidValueError);
    expect(() => withProps(props)).toThrow(message);
  });

  test.each<[string, Partial<WebDomainProps>, string]>([
    ['the parent is another domain', { parentDomain: 'example.com' }, 'parent domain is "example.com"'],
    [
      'the parent ends alike only',
      { domain: 'myexample.org', parentDomain: 'example.org' },
      'that myexample.org ends with',
    ],
    ['the parent is the domain', { parentDomain: 'example.org' }, 'parent domain is "example.org"'],
    ['the parent is malformed', { parentDomain: 'org' }, 'parent domain is "org"'],
    ['a host label is malformed', { hostLabels: ['www', 'a_b'] }, 'host label is "a_b"'],
    ['a host label is empty', { hostLabels: [''] }, 'host label is ""'],
    ['a host label stands twice', { hostLabels: ['www', 'www'] }, 'host label is "www"'],
    ['ipv4 is a name', { ipv4: 'node.example.org' }, 'ipv4 is "node.example.org"'],
    ['ipv6 is an IPv4 address', { ipv6: '192.0.2.1' }, 'ipv6 is "192.0.2.1"'],
    ['the iodef mailbox is none', { iodefEmail: 'mailto:ops@example.org' }, 'iodef email is "mailto:ops@example.org"'],
    ['the time to live is too short', { recordTtl: 59 }, 'record ttl is 59'],
    ['the time to live is too long', { recordTtl: 86_401 }, 'record ttl is 86401'],
    ['the time to live is a fraction', { recordTtl: 60.5 }, 'record ttl is 60.5'],
    ['the registry path ends with a slash', { registryPath: '/webshop/zones/' }, 'registry path is "/webshop/zones/"'],
    ['the registry path has no root', { registryPath: 'webshop' }, 'registry path is "webshop"'],
    ['the health check path is relative', { healthCheckPath: 'healthz' }, 'health check path is "healthz"'],
    ['the zone id is an ARN', { adoptZoneId: '/hostedzone/Z01' }, 'adopted zone id is "/hostedzone/Z01"'],
    [
      'records are adopted into a new zone',
      { adoptRecords: ['example.org A'] },
      'adopted records is ["example.org A"]',
    ],
  ])('when %s', (_, props, message) => {
    expect(() => withProps(props)).toThrow(InvalidValueError);
    expect(() => withProps(props)).toThrow(message);
  });

  test.each(['dev.example.org', 'xn--bcher-kva.example', 'a1.b2.co', `${'a'.repeat(63)}.org`])('not for %s', domain => {
    expect(() => withProps({ domain })).not.toThrow();
  });

  test.each([60, 86_400])('not for a time to live of %i', recordTtl => {
    expect(() => withProps({ recordTtl })).not.toThrow();
  });
});
