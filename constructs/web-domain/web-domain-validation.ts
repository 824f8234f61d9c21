import { isIPv4, isIPv6 } from 'node:net';
import { Token } from 'cdktf';
import { InvalidValueError } from '../invalid-value';
import { assertDomainName, isHostLabels } from './domain-name';
import { assertEmailAddress } from './email-address';
import type { WebDomainProps } from './web-domain';

const ZONE_ID = /^[A-Z0-9]{1,32}$/;
const REGISTRY_PATH = /^(?:\/[A-Za-z0-9_.-]+)+$/;
const MIN_TTL_SECONDS = 60;
const MAX_TTL_SECONDS = 86_400;

/** @throws InvalidValueError for the first property that Route53 would refuse, or that would surprise later */
export function assertWebDomainProps(props: WebDomainProps): void {
  assertDomainName('domain', props.domain);
  assertParent(props.domain, props.parentDomain);
  assertHostLabels(props.hostLabels ?? []);
  assertAddresses(props.ipv4, props.ipv6);
  assertEmailAddress('iodef email', props.iodefEmail);
  assertTtl(props.recordTtl);
  assertPaths(props.registryPath, props.healthCheckPath);
  assertAdoption(props.adoptZoneId, props.adoptRecords ?? []);
}

function assertParent(domain: string, parentDomain: string | undefined): void {
  if (parentDomain === undefined) return;
  assertDomainName('parent domain', parentDomain);
  if (domain.endsWith(`.${parentDomain}`)) return;
  throw new InvalidValueError(
    'parent domain',
    parentDomain,
    `a domain that ${domain} ends with`,
    'correct it, or leave it out when the registrar delegates',
  );
}

function assertHostLabels(labels: readonly string[]): void {
  for (const [index, label] of labels.entries()) {
    if (isHostLabels(label) && labels.indexOf(label) === index) continue;
    throw new InvalidValueError(
      'host label',
      label,
      'lower-case letters, digits and inner hyphens, each label once',
      'write the part before the domain, like www',
    );
  }
}

function assertAddresses(ipv4: string, ipv6: string | undefined): void {
  if (!Token.isUnresolved(ipv4) && !isIPv4(ipv4)) {
    throw new InvalidValueError('ipv4', ipv4, 'an IPv4 address', "pass the node's public address");
  }
  if (ipv6 !== undefined && !Token.isUnresolved(ipv6) && !isIPv6(ipv6)) {
    throw new InvalidValueError('ipv6', ipv6, 'an IPv6 address', "pass the node's IPv6 address or leave it out");
  }
}

function assertTtl(ttl: number | undefined): void {
  if (ttl === undefined || Token.isUnresolved(ttl)) return;
  if (Number.isInteger(ttl) && ttl >= MIN_TTL_SECONDS && ttl <= MAX_TTL_SECONDS) return;
  throw new InvalidValueError(
    'record ttl',
    ttl,
    `whole seconds from ${MIN_TTL_SECONDS} to ${MAX_TTL_SECONDS}`,
    'use 300, or 60 a day before a move',
  );
}

function assertPaths(registryPath: string, healthCheckPath: string | undefined): void {
  if (!REGISTRY_PATH.test(registryPath)) {
    throw new InvalidValueError(
      'registry path',
      registryPath,
      'an SSM parameter path without a trailing slash',
      'write it like /webshop/zones',
    );
  }
  if (healthCheckPath !== undefined && !healthCheckPath.startsWith('/')) {
    throw new InvalidValueError(
      'health check path',
      healthCheckPath,
      'a path that begins with /',
      'write it like /healthz',
    );
  }
}

function assertAdoption(zoneId: string | undefined, records: readonly string[]): void {
  if (zoneId !== undefined && !ZONE_ID.test(zoneId)) {
    throw new InvalidValueError(
      'adopted zone id',
      zoneId,
      'a Route53 zone id without /hostedzone/',
      'look it up with `aws route53 list-hosted-zones-by-name`',
    );
  }
  if (zoneId === undefined && records.length > 0) {
    throw new InvalidValueError(
      'adopted records',
      records,
      'none while the zone itself is new',
      'name the zone to adopt as well, or remove the list',
    );
  }
}
