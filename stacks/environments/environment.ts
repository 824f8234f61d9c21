import type { GuestStack } from '../../constructs/swarm-node/guest-stack';
import type { SshAccess } from '../../constructs/swarm-node/ssh-access';

/**
 * Everything in which one environment may differ from another, as plain data.
 *
 * A new environment is one file beside `prod.ts` and one line in `index.ts`. Nothing here reads the process, the clock or AWS.
 */
export interface Environment {
  /** Stack id, and with that the key of its Terraform state: `prod`, `dev`. Never rename one that is deployed. */
  readonly name: string;

  /**
   * Whether stateful resources (database, zone, mail identity, buckets, Elastic IP) refuse to be destroyed.
   * `true` for what customers use; `false` for what `cdktf destroy` must remove without a trace.
   */
  readonly protect: boolean;

  /** Domain of the web application, without a trailing dot. */
  readonly domain: string;

  /**
   * Further host names that get a record and a certificate, relative to `domain`.
   *
   * @default - none
   */
  readonly hostLabels?: readonly string[];

  /**
   * Zone that delegates to this environment's zone. The NS record is written when that zone is published by
   * another stack in the same account; otherwise the name servers are an output to be entered by hand.
   *
   * @default - the registrar delegates
   */
  readonly parentDomain?: string;

  /**
   * Time to live of the host records in seconds, 60 to 86400. Short before a move, longer in quiet times.
   *
   * @default 300
   */
  readonly recordTtl?: number;

  /** List price that the environment may cost a month, in USD; a test fails above it. */
  readonly monthlyBudgetUsd: number;

  /** Branch whose pipeline may deploy this environment; it stands in the trust policy of the CI role. */
  readonly deployBranch: string;

  /**
   * Tags whose pipelines may deploy it as well, with `?` for any one character and `*` for any text, e.g. `20????.*`. Whoever
   * may push such a tag may deploy: protect the tags as the branch is protected.
   *
   * @default - none
   */
  readonly deployTags?: string;

  readonly network: NetworkSettings;
  readonly node: NodeSettings;
  readonly database: DatabaseSettings;
  readonly mail: MailSettings;

  /** Mailbox that alarms are sent to; AWS asks it once for confirmation. */
  readonly alarmEmail: string;

  /** Names of the secrets that the application reads, e.g. `database-url`; each becomes an SSM parameter. */
  readonly secrets: readonly string[];

  /**
   * What exists already and is to be taken over instead of made. See docs/adopting.md.
   *
   * @default - everything is new
   */
  readonly adopt?: AdoptSettings;
}

/** Host names that an environment answers for, the primary one first. */
export function hostnamesOf({
  domain,
  hostLabels = [],
}: Pick<Environment, 'domain' | 'hostLabels'>): readonly string[] {
  return [domain, ...hostLabels.map(label => `${label}.${domain}`)];
}

export interface NetworkSettings {
  /** IPv4 block of the VPC, /16 to /20. */
  readonly cidr: string;
  /** Two or three zones of the region, e.g. `eu-central-1a`. The node runs in the first. */
  readonly availabilityZones: readonly string[];
  /** Address pool of the swarm's overlay networks; must not overlap `cidr` nor 172.16.0.0/12. */
  readonly overlayPool: string;
}

export interface NodeSettings {
  /** EC2 instance type; the processor architecture follows from it (`t4g` is arm64). */
  readonly instanceType: string;
  /**
   * Machine image to use instead of Debian's newest Debian 13 image.
   *
   * @default - resolved from Debian's public SSM parameter
   */
  readonly amiId?: string;
  /** Size of the encrypted root volume in GiB. */
  readonly rootVolumeGiB: number;
  /**
   * How an operator and CI reach port 22: through an EC2 Instance Connect Endpoint (nothing public),
   * or directly from a list of IPv4 blocks.
   */
  readonly ssh: SshAccess;
  /** Public keys (OpenSSH format) that may call the release program, and nothing else, as `deploy`. */
  readonly deployKeys: readonly string[];
  /** Mailbox for Let's Encrypt's expiry notices. */
  readonly acmeEmail: string;
  /** Let's Encrypt's staging CA: unlimited, but not trusted by browsers. For everything but production. */
  readonly acmeStaging: boolean;
  /**
   * Mirror for Docker Hub images, as URL.
   *
   * @default - Docker Hub itself
   */
  readonly registryMirror?: string;
  /**
   * Further stacks on the same node, such as a staging copy that needs no machine of its own: separate networks, secrets and
   * releases. Host names under `domain` get their records.
   *
   * @default - only the environment's own stack
   */
  readonly guests?: readonly GuestStack[];
  /**
   * Where the node finds AWS; for rehearsals in which an emulated AWS is reached under another address than its own.
   *
   * @default - AWS
   */
  readonly awsEndpointUrl?: string;
}

export interface DatabaseSettings {
  /** RDS instance class, e.g. `db.t4g.micro`. */
  readonly instanceClass: string;
  /** Size of the gp3 volume in GiB, 20 at least. */
  readonly storageGiB: number;
  /** Up to which size RDS may grow the volume by itself, in GiB. */
  readonly maxStorageGiB: number;
  /** Days that automated backups are kept, 1 to 35; 0 switches them off. */
  readonly backupDays: number;
  /** A standby in a second zone; doubles the price. */
  readonly multiAz: boolean;
}

export interface MailSettings {
  /** Local part of the sender address, e.g. `no-reply` for `no-reply@<domain>`. */
  readonly senderLocalPart: string;
  /** What receivers should do with mail that fails authentication; start with `none`, read reports, tighten. */
  readonly dmarcPolicy: 'none' | 'quarantine' | 'reject';
  /** Mailbox for aggregate DMARC reports. */
  readonly dmarcReportsTo: string;
  /**
   * Addresses that the SMTP user may write to (patterns with `*` allowed).
   * The SES sandbox is per account and region, so this is what keeps a test system from writing to customers.
   *
   * @default - anybody
   */
  readonly allowedRecipients?: readonly string[];
  /**
   * Generations of the SMTP user's access key. Append one to rotate; the last one is the published one.
   *
   * @default ['v1']
   */
  readonly smtpKeys?: readonly string[];
}

export interface AdoptSettings {
  /** Id of a Route53 zone for `domain` that exists, e.g. `Z0123456789ABCDEFGHIJ`. */
  readonly zoneId?: string;
  /**
   * Records of that zone which exist and which this project also makes, as `<name> <type>`, e.g. `www.example.org A`.
   * They are imported and then set to what the project says; any other one that exists stops the deployment.
   */
  readonly records?: readonly string[];
  /** The SES identity for `domain` exists: import it and leave its DKIM tokens alone. */
  readonly mailIdentity?: boolean;
  /** RDS snapshot that the database is made from, once. */
  readonly databaseSnapshot?: string;
}
