import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput } from 'cdktf';
import { InvalidValueError } from '../../constructs/invalid-value';
import { MailDomain, type MailDomainProps } from '../../constructs/mail-domain/mail-domain';
import { Template, type Values } from '../support/template';

const minimal: MailDomainProps = {
  name: 'webshop-prod',
  domain: 'example.org',
  zoneId: 'Z0123456789ABCDEFGHIJ',
  region: 'eu-central-1',
  senderLocalPart: 'no-reply',
  dmarcPolicy: 'none',
  dmarcReportsTo: 'dmarc@example.org',
  parameterPath: '/webshop/prod',
  protect: true,
  alarmTopicArn: 'arn:aws:sns:eu-central-1:123456789012:webshop-prod-alarms',
};

const withProps = (props: Partial<MailDomainProps> = {}) =>
  Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    const mail = new MailDomain(stack, 'Mail', { ...minimal, ...props });
    new TerraformOutput(stack, 'Records', { value: mail.records, staticId: true });
    new TerraformOutput(stack, 'Sender', { value: mail.senderAddress, staticId: true });
  });

interface Policy {
  readonly Statement: readonly Values[];
}

/** The one statement of the policy that a resource carries. */
function statementOf(values: Values): Values {
  const { Statement } = JSON.parse(String(values['policy'])) as Policy;
  const [statement] = Statement;
  if (Statement.length !== 1 || !statement) throw new Error(`expected one statement, found ${Statement.length}`);
  return statement;
}

const addressOf = (template: Template, type: string, prefix: string) =>
  template.resources(type).find(({ address }) => address.startsWith(`${type}.${prefix}`))?.address ?? 'none';

const dnsRecords = (template: Template) =>
  template.resources('aws_route53_record').map(({ values }) => ({
    name: values['name'],
    type: values['type'],
    value: (values['records'] as readonly string[]).join(),
  }));

describe('identity and configuration set', () => {
  const template = withProps();
  const identity = template.only('aws_sesv2_email_identity');

  test('mail goes over TLS or not at all, and never to who bounced or complained', () => {
    expect(template.only('aws_sesv2_configuration_set')).toMatchObject({
      configuration_set_name: 'webshop-prod-mail',
      delivery_options: { tls_policy: 'REQUIRE' },
      reputation_options: { reputation_metrics_enabled: true },
      sending_options: { sending_enabled: true },
      suppression_options: { suppressed_reasons: ['BOUNCE', 'COMPLAINT'] },
    });
    expect(template.only('aws_sesv2_configuration_set')).not.toHaveProperty('tracking_options');
  });

  test('the identity signs with 2048 bits, uses the configuration set by default and is protected', () => {
    expect(identity).toMatchObject({
      email_identity: 'example.org',
      configuration_set_name: expect.stringContaining('aws_sesv2_configuration_set.') as string,
      dkim_signing_attributes: { next_signing_key_length: 'RSA_2048_BIT' },
      lifecycle: { prevent_destroy: true },
    });
  });

  test('bounces are no longer mailed to the sender, but only once the queue gets them', () => {
    const feedback = template.only('aws_sesv2_email_identity_feedback_attributes');
    expect(feedback).toMatchObject({ email_forwarding_enabled: false });
    expect(feedback['depends_on']).toEqual([
      addressOf(template, 'aws_sns_topic_subscription', 'Mail_Events'),
      addressOf(template, 'aws_sesv2_configuration_set_event_destination', 'Mail_Events'),
    ]);
  });

  test('an unprotected mail domain goes without a trace', () => {
    const loose = withProps({ protect: false });
    expect(loose.only('aws_sesv2_email_identity')).not.toHaveProperty('lifecycle');
    expect(loose.only('aws_iam_user')).toMatchObject({ force_destroy: true });
    expect(template.only('aws_iam_user')).toMatchObject({ force_destroy: false });
  });
});

describe('DNS', () => {
  const template = withProps();

  test('has three DKIM keys, the envelope sender and DMARC', () => {
    const records = dnsRecords(template);
    const dkim = records.filter(({ type }) => type === 'CNAME');
    expect(dkim).toHaveLength(3);
    for (const [index, { name, value }] of dkim.entries()) {
      const token = `\${element(${addressOf(template, 'aws_sesv2_email_identity', '')}.dkim_signing_attributes[0].tokens, ${index})}`;
      expect(name).toBe(`${token}._domainkey.example.org`);
      expect(value).toBe(`${token}.dkim.amazonses.com`);
    }
    expect(records.filter(({ type }) => type !== 'CNAME')).toEqual([
      {
        name: '_dmarc.example.org',
        type: 'TXT',
        value: 'v=DMARC1; p=none; rua=mailto:dmarc@example.org; adkim=s; aspf=r',
      },
      { name: 'bounce.example.org', type: 'MX', value: '10 feedback-smtp.eu-central-1.amazonses.com' },
      { name: 'bounce.example.org', type: 'TXT', value: 'v=spf1 include:amazonses.com -all' },
    ]);
  });

  test('the records of the domain itself are left alone', () => {
    for (const { name } of dnsRecords(template)) expect(name).not.toBe('example.org');
  });

  test('the list for people is what is in the zone', () => {
    const byName = (a: { name: unknown; type: unknown }, b: { name: unknown; type: unknown }) =>
      `${String(a.name)} ${String(a.type)}`.localeCompare(`${String(b.name)} ${String(b.type)}`);
    const listed = template.json.output?.['Records']?.['value'] as ReturnType<typeof dnsRecords>;
    expect([...listed].sort(byName)).toEqual(dnsRecords(template).sort(byName));
  });

  test('the envelope sender is looked for after its records are there, and falls back', () => {
    expect(template.only('aws_sesv2_email_identity_mail_from_attributes')).toMatchObject({
      mail_from_domain: 'bounce.example.org',
      behavior_on_mx_failure: 'USE_DEFAULT_VALUE',
      depends_on: [
        addressOf(template, 'aws_route53_record', 'Mail_Records_MailFromMx'),
        addressOf(template, 'aws_route53_record', 'Mail_Records_MailFromSpf'),
      ],
    });
  });

  test('takes another envelope sender, strictness and policy', () => {
    const strict = withProps({ mailFromLabel: 'returns', mailFromStrict: true, dmarcPolicy: 'reject' });
    expect(strict.only('aws_sesv2_email_identity_mail_from_attributes')).toMatchObject({
      mail_from_domain: 'returns.example.org',
      behavior_on_mx_failure: 'REJECT_MESSAGE',
    });
    expect(JSON.stringify(dnsRecords(strict))).toContain('v=DMARC1; p=reject;');
    expect(JSON.stringify(dnsRecords(strict))).not.toContain('bounce.example.org');
  });
});

describe('events', () => {
  const template = withProps();
  const configurationSet = `\${${addressOf(template, 'aws_sesv2_configuration_set', '')}.arn}`;
  const topic = `\${${addressOf(template, 'aws_sns_topic', '')}.arn}`;

  test('all that did not arrive goes to the topic', () => {
    expect(template.only('aws_sesv2_configuration_set_event_destination')).toMatchObject({
      event_destination: {
        enabled: true,
        matching_event_types: ['BOUNCE', 'COMPLAINT', 'DELIVERY_DELAY', 'REJECT', 'RENDERING_FAILURE'],
        sns_destination: { topic_arn: topic },
      },
    });
  });

  test('only this configuration set may publish', () => {
    expect(statementOf(template.only('aws_sns_topic_policy'))).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'ses.amazonaws.com' },
      Action: 'sns:Publish',
      Condition: {
        StringEquals: {
          'aws:SourceAccount': expect.stringMatching(/^\$\{data\.aws_caller_identity\.\w+\.account_id\}$/) as string,
          'aws:SourceArn': configurationSet,
        },
      },
    });
  });

  test('the topic is not encrypted, as SES would deliver nothing', () => {
    expect(template.only('aws_sns_topic')).not.toHaveProperty('kms_master_key_id');
  });

  test('only the topic may send to the queue, and sends the event itself', () => {
    expect(statementOf(template.only('aws_sqs_queue_policy'))).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: { ArnEquals: { 'aws:SourceArn': topic } },
    });
    expect(template.only('aws_sns_topic_subscription')).toMatchObject({ protocol: 'sqs', raw_message_delivery: true });
  });

  test('the queues are encrypted and keep for fourteen days what a reader did not fetch or digest', () => {
    const queues = template.resources('aws_sqs_queue').map(({ values }) => values);
    expect(queues.map(values => values['name']).sort()).toEqual([
      'webshop-prod-mail-events',
      'webshop-prod-mail-events-dead',
    ]);
    for (const values of queues) {
      expect(values).toMatchObject({ sqs_managed_sse_enabled: true, message_retention_seconds: 1_209_600 });
    }
    expect(JSON.parse(String(template.named('aws_sqs_queue', 'Mail_Events_Queue')['redrive_policy']))).toEqual({
      deadLetterTargetArn: `\${${addressOf(template, 'aws_sqs_queue', 'Mail_Events_DeadLetters')}.arn}`,
      maxReceiveCount: 5,
    });
  });
});

describe('SMTP user', () => {
  const template = withProps();

  test('may send as one address and nothing else', () => {
    expect(template.only('aws_iam_user')).toMatchObject({ name: 'webshop-prod-smtp', path: '/service/' });
    expect(statementOf(template.only('aws_iam_user_policy'))).toEqual({
      Sid: 'SendAsOneAddress',
      Effect: 'Allow',
      Action: 'ses:SendRawEmail',
      Resource: [
        `\${${addressOf(template, 'aws_sesv2_email_identity', '')}.arn}`,
        `\${${addressOf(template, 'aws_sesv2_configuration_set', '')}.arn}`,
      ],
      Condition: { StringEquals: { 'ses:FromAddress': 'no-reply@example.org' } },
    });
    expect(template.json.output?.['Sender']).toMatchObject({ value: 'no-reply@example.org' });
  });

  test('in a test system writes to listed recipients only', () => {
    const limited = withProps({ allowedRecipients: ['*@simulator.amazonses.com', 'qa@example.org'] });
    expect(statementOf(limited.only('aws_iam_user_policy'))['Condition']).toEqual({
      StringEquals: { 'ses:FromAddress': 'no-reply@example.org' },
      'ForAllValues:StringLike': { 'ses:Recipients': ['*@simulator.amazonses.com', 'qa@example.org'] },
    });
  });

  test('its credentials are published where the node reads them, as secrets', () => {
    const key = addressOf(template, 'aws_iam_access_key', '');
    const parameters = template.resources('aws_ssm_parameter').map(({ values }) => values);
    expect(parameters.sort((a, b) => String(a['name']).localeCompare(String(b['name'])))).toMatchObject([
      { name: '/webshop/prod/mail/sender', type: 'String', insecure_value: 'no-reply@example.org' },
      { name: '/webshop/prod/mail/smtp-host', type: 'String', insecure_value: 'email-smtp.eu-central-1.amazonaws.com' },
      { name: '/webshop/prod/mail/smtp-password', type: 'SecureString', value: `\${${key}.ses_smtp_password_v4}` },
      { name: '/webshop/prod/mail/smtp-username', type: 'SecureString', value: `\${${key}.id}` },
    ]);
  });

  test('rotates by a second key, of which the last is published and the first keeps its address', () => {
    const rotating = withProps({ smtpKeys: ['v1', 'v2'] });
    expect(rotating.resources('aws_iam_access_key')).toHaveLength(2);
    expect(addressOf(rotating, 'aws_iam_access_key', 'Mail_Smtp_Keys_v1')).toBe(
      addressOf(template, 'aws_iam_access_key', ''),
    );
    const published = addressOf(rotating, 'aws_iam_access_key', 'Mail_Smtp_Keys_v2');
    expect(rotating.named('aws_ssm_parameter', 'Mail_Smtp_Username')['value']).toBe(`\${${published}.id}`);
    expect(rotating.named('aws_ssm_parameter', 'Mail_Smtp_Password')['value']).toBe(
      `\${${published}.ses_smtp_password_v4}`,
    );
  });
});

describe('reputation', () => {
  test('is watched per environment, at half of what AWS tolerates, and silence is no alarm', () => {
    const alarms = withProps()
      .resources('aws_cloudwatch_metric_alarm')
      .map(({ values }) => values);
    expect(alarms.map(values => [values['metric_name'], values['threshold']])).toEqual([
      ['Reputation.BounceRate', 0.025],
      ['Reputation.ComplaintRate', 0.0005],
    ]);
    for (const values of alarms) {
      expect(values).toMatchObject({
        namespace: 'AWS/SES',
        dimensions: { 'ses:configuration-set': expect.stringContaining('aws_sesv2_configuration_set.') as string },
        comparison_operator: 'GreaterThanOrEqualToThreshold',
        treat_missing_data: 'ignore',
        alarm_actions: [minimal.alarmTopicArn],
      });
    }
  });
});

describe('adoption', () => {
  const template = withProps({ adoptIdentity: true, adoptRecords: ['_dmarc.example.org TXT'] });

  test('imports the identity and the listed records', () => {
    const { import: imports } = template.json as { import?: readonly { to: string; id: string }[] };
    expect(imports).toEqual([
      { to: addressOf(template, 'aws_sesv2_email_identity', ''), id: 'example.org' },
      {
        to: addressOf(template, 'aws_route53_record', 'Mail_Records_Dmarc'),
        id: 'Z0123456789ABCDEFGHIJ__dmarc.example.org_TXT',
      },
    ]);
  });

  test('leaves the DKIM keys as they are', () => {
    expect(template.only('aws_sesv2_email_identity')).not.toHaveProperty('dkim_signing_attributes');
  });

  test('only DKIM records may be there already, with the same content', () => {
    for (const { values } of template.resources('aws_route53_record')) {
      expect(values['allow_overwrite']).toBe(values['type'] === 'CNAME' ? true : undefined);
    }
    for (const { values } of withProps().resources('aws_route53_record')) {
      expect(values['allow_overwrite']).toBeUndefined();
    }
  });
});

describe('fails', () => {
  test.each<[string, Partial<MailDomainProps>, string]>([
    ['the name is too long', { name: 'a'.repeat(60) }, 'name is "aaa'],
    ['the name begins with a digit', { name: '1shop' }, 'name is "1shop"'],
    ['the domain is malformed', { domain: 'example' }, 'mail domain is "example"'],
    [
      'the sender is a whole address',
      { senderLocalPart: 'no-reply@example.org' },
      'sender local part is "no-reply@example.org"',
    ],
    ['the sender is a pattern', { senderLocalPart: '*' }, 'sender local part is "*"'],
    ['the sender has two dots in a row', { senderLocalPart: 'a..b' }, 'sender local part is "a..b"'],
    ['the mailbox for reports is none', { dmarcReportsTo: 'dmarc' }, 'mailbox for dmarc reports is "dmarc"'],
    [
      'the mailbox for reports breaks the record',
      { dmarcReportsTo: 'a@example.org;' },
      'mailbox for dmarc reports is "a@example.org;"',
    ],
    ['the mail-from label is malformed', { mailFromLabel: 'Bounce' }, 'mail-from label is "Bounce"'],
    ['there is no smtp key', { smtpKeys: [] }, 'smtp keys is []'],
    ['an smtp key stands twice', { smtpKeys: ['v1', 'v1'] }, 'smtp keys is ["v1","v1"]'],
    ['there are more smtp keys than IAM allows', { smtpKeys: ['v1', 'v2', 'v3'] }, 'smtp keys is ["v1","v2","v3"]'],
    ['an smtp key is malformed', { smtpKeys: ['V1'] }, 'smtp keys is ["V1"]'],
    ['the list of recipients is empty', { allowedRecipients: [] }, 'allowed recipients is []'],
    ['a recipient is anybody', { allowedRecipients: ['*'] }, 'allowed recipients is ["*"]'],
    ['a recipient domain is a pattern', { allowedRecipients: ['qa@*.org'] }, 'allowed recipients is ["qa@*.org"]'],
    ['the parameter path has no root', { parameterPath: 'webshop' }, 'parameter path is "webshop"'],
  ])('when %s', (_, props, message) => {
    expect(() => withProps(props)).toThrow(InvalidValueError);
    expect(() => withProps(props)).toThrow(message);
  });

  test('not for a name as long as IAM allows', () => {
    expect(String(withProps({ name: 'a'.repeat(59) }).only('aws_iam_user')['name'])).toHaveLength(64);
  });
});
