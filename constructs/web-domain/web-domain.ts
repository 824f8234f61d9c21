import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check';
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import { Delegation } from './delegation';
import { assertWebDomainProps } from './web-domain-validation';
import { type RecordType, ZoneRecord } from './zone-record';

export interface WebDomainProps {
  /** Domain of the web application, lower case, without a trailing dot. */
  readonly domain: string;
  /**
   * Further host names below `domain`, e.g. `www`.
   *
   * @default []
   */
  readonly hostLabels?: readonly string[];
  /** Address of the node. */
  readonly ipv4: string;
  /**
   * IPv6 address of the node.
   *
   * @default - no AAAA records
   */
  readonly ipv6?: string;
  /** Whether the zone refuses to be destroyed; otherwise it goes with all its records. */
  readonly protect: boolean;
  /** Path of the SSM parameters under which the stacks of an account publish their zones, e.g. `/webshop/zones`. */
  readonly registryPath: string;
  /**
   * Zone to write an NS record into, when another stack has published it under `registryPath`.
   *
   * @default - the registrar delegates
   */
  readonly parentDomain?: string;
  /**
   * Id of a zone for `domain` that exists and is taken over.
   *
   * @default - a new zone
   */
  readonly adoptZoneId?: string;
  /**
   * Records of the adopted zone that this construct would make, each as `<name> <type>`, e.g. `example.org A`.
   *
   * @default []
   */
  readonly adoptRecords?: readonly string[];
  /**
   * Path that is asked for over HTTPS from outside, every 30 seconds.
   *
   * @default - no health check
   */
  readonly healthCheckPath?: string;
  /** Mailbox that a certificate authority writes to when it refuses a request for this domain. */
  readonly iodefEmail: string;
  /**
   * Time to live of the host records in seconds, 60 to 86400.
   *
   * @default 300
   */
  readonly recordTtl?: number;
}

/** How long a resolver may hold who issues certificates: that changes about never. */
const CAA_TTL_SECONDS = 3600;

/**
 * The domain of a web application: its Route53 zone, the host records, who may issue certificates for it, and a
 * check from outside whether it answers.
 *
 * The zone is part of the environment, so that one deploy on an empty account is enough; a child zone gets its NS
 * record in the parent's zone when that is in reach (see Delegation). Its id is published as an SSM parameter,
 * which couples the stacks less than reading each other's state.
 *
 * CAA admits Let's Encrypt (the node's certificates) and Amazon (CloudFront and load balancers), and no wildcard
 * certificates, which nothing here uses and a thief would like best.
 *
 * Costs 0.50 USD a month for the zone. The health check costs 1.50 USD: 0.50 for an endpoint in AWS, 1.00 for HTTPS.
 *
 * @example
 * const web = new WebDomain(this, 'Domain', {
 *   domain: 'example.org',
 *   hostLabels: ['www'],
 *   ipv4: node.publicIp,
 *   protect: true,
 *   registryPath: '/webshop/zones',
 *   iodefEmail: 'ops@example.org',
 * });
 */
export class WebDomain extends Construct {
  readonly zoneId: string;
  /** The four name servers of the zone, to be entered where the parent domain is administered. */
  readonly nameServers: string[];
  /** Id of the health check, if there is one. */
  readonly healthCheckId?: string;

  constructor(scope: Construct, id: string, props: WebDomainProps) {
    super(scope, id);
    assertWebDomainProps(props);
    const { domain, protect, registryPath, parentDomain } = props;

    const zone = new Route53Zone(this, 'Resource', {
      name: domain,
      forceDestroy: !protect,
      ...(protect && { lifecycle: { preventDestroy: true } }),
    });
    if (props.adoptZoneId !== undefined) zone.importFrom(props.adoptZoneId);
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;

    this.addHost('Apex', domain, props);
    const hosts = new Construct(this, 'Hosts');
    for (const label of props.hostLabels ?? []) this.addHost(label, `${label}.${domain}`, props, hosts);
    this.addCertificateAuthorities(props);

    new SsmParameter(this, 'Published', {
      name: `${registryPath}/${domain}`,
      description: `Route53 zone of ${domain}, for the stacks of its child domains`,
      type: 'String',
      insecureValue: this.zoneId,
    });
    if (parentDomain !== undefined) {
      new Delegation(this, 'Delegation', { domain, parentDomain, nameServers: this.nameServers, registryPath });
    }
    if (props.healthCheckPath !== undefined) {
      this.healthCheckId = this.makeHealthCheck(domain, props.healthCheckPath).id;
    }
  }

  private addHost(id: string, name: string, props: WebDomainProps, parent: Construct = this): void {
    const host = new Construct(parent, id);
    const add = (type: RecordType, address: string) =>
      new ZoneRecord(host, type, {
        zoneId: this.zoneId,
        name,
        type,
        ttl: props.recordTtl ?? 300,
        values: [address],
        ...(props.adoptRecords && { adoptRecords: props.adoptRecords }),
      });
    add('A', props.ipv4);
    if (props.ipv6 !== undefined) add('AAAA', props.ipv6);
  }

  private addCertificateAuthorities(props: WebDomainProps): void {
    new ZoneRecord(this, 'CertificateAuthorities', {
      zoneId: this.zoneId,
      name: props.domain,
      type: 'CAA',
      ttl: CAA_TTL_SECONDS,
      values: [
        '0 issue "letsencrypt.org"',
        '0 issue "amazon.com"',
        '0 issuewild ";"',
        `0 iodef "mailto:${props.iodefEmail}"`,
      ],
      ...(props.adoptRecords && { adoptRecords: props.adoptRecords }),
    });
  }

  private makeHealthCheck(domain: string, resourcePath: string): Route53HealthCheck {
    return new Route53HealthCheck(this, 'HealthCheck', {
      type: 'HTTPS',
      fqdn: domain,
      port: 443,
      enableSni: true,
      resourcePath,
      requestInterval: 30,
      failureThreshold: 3,
      tags: { Name: domain },
    });
  }
}
