import { Token } from 'cdktf';
import { InvalidValueError } from '../invalid-value';
import { Cidr } from '../network/cidr';
import { assertDomainName } from '../web-domain/domain-name';
import { assertEmailAddress } from '../web-domain/email-address';
import { checkDeployKey } from './deploy-key';
import { checkGuests, type GuestStack, STACK_NAME } from './guest-stack';

/** What a node is told at birth. All of it is public knowledge: whoever may describe the instance can read it. */
export interface UserDataOptions {
  /** Prefix of every name, e.g. `webshop-prod`. */
  readonly name: string;
  readonly region: string;
  /** Host names that the node answers for, the primary one first. */
  readonly hostnames: readonly string[];
  /** Address pool of the swarm's overlay networks, outside the VPC and 172.16.0.0/12. */
  readonly overlayPool: string;
  /** Bucket that certificates and the current release are restored from, and the node's readiness is written to. */
  readonly vaultBucket: string;
  /** Path of the environment's SSM parameters, e.g. `/webshop/prod`. */
  readonly parameterPath: string;
  /** Checksum of the release program that the node fetches from the vault, as hexadecimal SHA-256. */
  readonly programSha256: string;
  /** Public keys (OpenSSH format) that may call the release program as `deploy`. With none, nobody can release. */
  readonly deployKeys: readonly string[];
  /** Mailbox for the certificate authority's notices. */
  readonly acmeEmail: string;
  /** Let's Encrypt's staging authority: no limits to speak of, but browsers do not trust it. */
  readonly acmeStaging: boolean;
  /**
   * Further stacks that may be released to this node, beside the one that has its name.
   *
   * @default - none
   */
  readonly guests?: readonly GuestStack[];
  /**
   * Port that a holder of a deploy key may be forwarded to, for migrations: the database's. The node's security group
   * decides which host answers on it.
   *
   * @default - no forwarding
   */
  readonly forwardPort?: number;
  /**
   * Mirror for Docker Hub images, as URL.
   *
   * @default - Docker Hub itself
   */
  readonly registryMirror?: string;
  /**
   * Where the node finds AWS, for rehearsals on emulated AWS.
   *
   * @default - AWS
   */
  readonly awsEndpointUrl?: string;
  /**
   * Traefik image, best with its digest: `traefik:v3.6.12@sha256:...`.
   *
   * @default - the release named in user-data.ts
   */
  readonly traefikImage?: string;
}

/** Docker's own bridge networks on every node. */
const DOCKER_BRIDGES = Cidr.parse('172.16.0.0/12');

/**
 * Checks what the node would otherwise find out minutes after it was started, and keeps anything with a quote or a line
 * break out of the files that are made of these values.
 *
 * @throws InvalidValueError for the first value that cannot be accepted
 */
export function checkUserDataOptions(options: UserDataOptions): void {
  checkKnown(options);
  checkPattern('node name', options.name, STACK_NAME, 'lower case letters, digits and hyphens, 40 at most');
  checkPattern('region', options.region, /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1');
  checkPattern('vault bucket', options.vaultBucket, /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket');
  checkPattern('parameter path', options.parameterPath, /^(\/[A-Za-z0-9_.-]+)+$/, 'a path such as /webshop/prod');
  checkPattern('program sha256', options.programSha256, /^[0-9a-f]{64}$/, '64 hexadecimal digits');
  checkHostnames(options.hostnames);
  checkGuests(options.guests ?? [], options);
  checkOverlayPool(options.overlayPool);
  options.deployKeys.forEach(checkDeployKey);
  assertEmailAddress('acme email', options.acmeEmail);
  if (options.forwardPort !== undefined) checkPort(options.forwardPort);
  if (options.registryMirror !== undefined) checkUrl('registry mirror', options.registryMirror);
  if (options.awsEndpointUrl !== undefined) checkUrl('aws endpoint url', options.awsEndpointUrl);
  if (options.traefikImage !== undefined) checkImage(options.traefikImage);
}

/** User data is compressed at synth, so a value that Terraform fills in later would reach the node as its placeholder. */
function checkKnown(options: UserDataOptions): void {
  for (const [option, value] of Object.entries(options) as [string, unknown][]) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const unknown = values.find(item => Token.isUnresolved(item));
    if (unknown === undefined) continue;
    const next = 'pass the name that the resource is given, not an attribute that it has later';
    throw new InvalidValueError(`${option} in user data`, unknown, 'a value that is known at synth', next);
  }
}

function checkPattern(what: string, value: string, pattern: RegExp, allowed: string): void {
  if (!pattern.test(value)) throw new InvalidValueError(what, value, allowed, 'correct it in stacks/environments');
}

function checkHostnames(hostnames: readonly string[]): void {
  const next = "list the environment's domain first, then its other hosts, each once";
  if (hostnames.length === 0 || new Set(hostnames).size < hostnames.length) {
    throw new InvalidValueError('hostnames', hostnames, 'one or more different host names', next);
  }
  for (const hostname of hostnames) assertDomainName('hostname', hostname);
}

function checkOverlayPool(overlayPool: string): void {
  const pool = Cidr.parse(overlayPool, 'overlay pool');
  if (pool.prefix <= 20 && !pool.overlaps(DOCKER_BRIDGES)) return;
  const allowed = 'a block of at least a /20 outside 172.16.0.0/12';
  throw new InvalidValueError('overlay pool', overlayPool, allowed, 'take one such as 10.200.0.0/16');
}

function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 1024 && port <= 65535) return;
  throw new InvalidValueError('forward port', port, '1024 to 65535', "write the database's port, e.g. 3306");
}

function checkUrl(what: string, value: string): void {
  if (/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?\/?$/.test(value)) return;
  const next = 'write it like https://mirror.example.org';
  throw new InvalidValueError(what, value, 'an http or https URL of a host, without user, path or query', next);
}

function checkImage(image: string): void {
  if (/^[a-z0-9]+([.:/_-]+[a-z0-9]+)*:[\w.-]+(@sha256:[0-9a-f]{64})?$/.test(image) && !/:latest\b/.test(image)) return;
  const next = 'write it like traefik:v3.6.12, with @sha256:... behind it where the digest is known';
  throw new InvalidValueError('traefik image', image, 'an image with a version, not latest', next);
}
