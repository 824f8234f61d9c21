import { Sesv2ConfigurationSet } from '@cdktf/provider-aws/lib/sesv2-configuration-set';
import { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import { Sesv2EmailIdentityFeedbackAttributes } from '@cdktf/provider-aws/lib/sesv2-email-identity-feedback-attributes';
import { Sesv2EmailIdentityMailFromAttributes } from '@cdktf/provider-aws/lib/sesv2-email-identity-mail-from-attributes';
import { Construct } from 'constructs';
import { assertMailDomainProps } from './mail-domain-validation';
import { MailEvents } from './mail-events';
import { type DnsRecord, MailRecords } from './mail-records';
import { ReputationAlarms } from './reputation-alarms';
import { SmtpUser } from './smtp-user';

export interface MailDomainProps {
  /** Prefix of every name in AWS, e.g. `webshop-prod`. */
  readonly name: string;
  /** Domain that mail is sent from. */
  readonly domain: string;
  /** Route53 zone that holds `domain`. */
  readonly zoneId: string;
  readonly region: string;
  /** Local part of the one sender address, e.g. `no-reply`. */
  readonly senderLocalPart: string;
  /** What receivers should do with mail that fails authentication; start with `none`, read the reports, tighten. */
  readonly dmarcPolicy: 'none' | 'quarantine' | 'reject';
  /** Mailbox for aggregate DMARC reports. */
  readonly dmarcReportsTo: string;
  /**
   * Addresses that the SMTP user may write to; `*` is allowed before the `@`.
   *
   * @default - anybody
   */
  readonly allowedRecipients?: readonly string[];
  /**
   * Generations of the SMTP user's access key, two at most. Append one to rotate; the last one is published.
   *
   * @default ['v1']
   */
  readonly smtpKeys?: readonly string[];
  /** SSM path of the environment; the credentials go below `<parameterPath>/mail`. */
  readonly parameterPath: string;
  /** Whether the identity, with its DKIM keys, refuses to be destroyed. */
  readonly protect: boolean;
  /**
   * The identity for `domain` exists: import it and leave its DKIM keys as they are.
   *
   * @default false
   */
  readonly adoptIdentity?: boolean;
  /**
   * Records of the zone that this construct would make and that exist already, each as `<name> <type>`,
   * e.g. `_dmarc.example.org TXT`; the plan shows them as changes. DKIM records of an adopted identity need no entry.
   *
   * @default []
   */
  readonly adoptRecords?: readonly string[];
  /**
   * Subdomain of the envelope sender. It may be used for nothing else.
   *
   * @default 'bounce'
   */
  readonly mailFromLabel?: string;
  /**
   * Whether SES refuses to send while the MX record of the envelope sender is missing. Safe once it has verified.
   *
   * @default false - SES falls back to its own envelope sender
   */
  readonly mailFromStrict?: boolean;
  /** SNS topic that is told about a sinking reputation. */
  readonly alarmTopicArn: string;
}

/**
 * Mail from one domain that arrives: SES identity, the DNS records that make receivers believe it, an SMTP user
 * for the application, and a queue of what bounced.
 *
 * - All mail of the identity goes through one configuration set: TLS or not at all, addresses that bounced or complained
 *   are suppressed. There is no open or click tracking: transactional mail has no business with it.
 * - The SMTP user may send as one address, and in a test system only to listed recipients. The SES sandbox could not
 *   promise that: it ends for account and region together, so beside production it is already off.
 * - The SPF record of `domain` itself belongs to whoever runs its mailboxes and is left alone.
 *
 * Leaving the sandbox is a request to AWS that a person answers; no resource can make it.
 *
 * Costs 0.10 USD per thousand mails; the two alarms are free among an account's first ten, topic and queue practically.
 *
 * @example
 * const mail = new MailDomain(this, 'Mail', {
 *   name: 'webshop-prod',
 *   domain: 'example.org',
 *   zoneId: web.zoneId,
 *   region: 'eu-central-1',
 *   senderLocalPart: 'no-reply',
 *   dmarcPolicy: 'none',
 *   dmarcReportsTo: 'dmarc@example.org',
 *   parameterPath: '/webshop/prod',
 *   protect: true,
 *   alarmTopicArn: alarms.topicArn,
 * });
 */
export class MailDomain extends Construct {
  /** The one address that the SMTP user may send from. */
  readonly senderAddress: string;
  readonly configurationSetName: string;
  /** Queue of bounces, complaints and other mail that did not arrive. */
  readonly eventQueueUrl: string;
  /** What must stand in DNS, for a person or `slipway` to compare. */
  readonly records: readonly DnsRecord[];

  constructor(scope: Construct, id: string, props: MailDomainProps) {
    super(scope, id);
    assertMailDomainProps(props);
    const { name, domain, region } = props;
    this.senderAddress = `${props.senderLocalPart}@${domain}`;

    const configurationSet = this.makeConfigurationSet(name);
    this.configurationSetName = configurationSet.configurationSetName;
    const identity = this.makeIdentity(props);

    const events = new MailEvents(this, 'Events', { name, configurationSet });
    this.eventQueueUrl = events.queueUrl;
    // Bounces by mail to the sender are switched off only once the queue gets them.
    new Sesv2EmailIdentityFeedbackAttributes(this, 'Feedback', {
      emailIdentity: identity.emailIdentity,
      emailForwardingEnabled: false,
      dependsOn: [...events.delivery],
    });

    this.records = this.makeEnvelopeSender(props, identity).list;
    new SmtpUser(this, 'Smtp', {
      name,
      region,
      senderAddress: this.senderAddress,
      resourceArns: [identity.arn, configurationSet.arn],
      keys: props.smtpKeys ?? ['v1'],
      protect: props.protect,
      parameterPath: `${props.parameterPath}/mail`,
      ...(props.allowedRecipients && { allowedRecipients: props.allowedRecipients }),
    });
    new ReputationAlarms(this, 'Reputation', {
      name,
      configurationSetName: this.configurationSetName,
      topicArn: props.alarmTopicArn,
    });
  }

  private makeConfigurationSet(name: string): Sesv2ConfigurationSet {
    return new Sesv2ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: `${name}-mail`,
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
  }

  private makeIdentity(props: MailDomainProps): Sesv2EmailIdentity {
    const adopt = props.adoptIdentity ?? false;
    const identity = new Sesv2EmailIdentity(this, 'Resource', {
      emailIdentity: props.domain,
      configurationSetName: this.configurationSetName,
      // On an identity with 1024-bit keys the length would start a rotation: new tokens, while mail is going out.
      ...(!adopt && { dkimSigningAttributes: { nextSigningKeyLength: 'RSA_2048_BIT' } }),
      ...(props.protect && { lifecycle: { preventDestroy: true } }),
    });
    if (adopt) identity.importFrom(props.domain);
    return identity;
  }

  private makeEnvelopeSender(props: MailDomainProps, identity: Sesv2EmailIdentity): MailRecords {
    const { domain, zoneId, region, dmarcPolicy, dmarcReportsTo } = props;
    const mailFromDomain = `${props.mailFromLabel ?? 'bounce'}.${domain}`;
    const records = new MailRecords(this, 'Records', {
      domain,
      zoneId,
      region,
      mailFromDomain,
      dmarcPolicy,
      dmarcReportsTo,
      dkimTokens: identity.dkimSigningAttributes.tokens,
      overwriteDkim: props.adoptIdentity ?? false,
      adoptRecords: props.adoptRecords ?? [],
    });
    new Sesv2EmailIdentityMailFromAttributes(this, 'MailFrom', {
      emailIdentity: identity.emailIdentity,
      mailFromDomain,
      behaviorOnMxFailure: props.mailFromStrict ? 'REJECT_MESSAGE' : 'USE_DEFAULT_VALUE',
      dependsOn: [...records.mailFrom],
    });
    return records;
  }
}
