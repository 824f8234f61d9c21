import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { TerraformOutput } from 'cdktf';
import { Alarms, type AlarmsProps } from '../../constructs/alarms/alarms';
import { InvalidValueError } from '../../constructs/invalid-value';
import { Template } from '../support/template';

const minimal: AlarmsProps = {
  name: 'webshop-prod',
  email: 'ops@example.org',
  instanceId: 'i-0123456789abcdef0',
  databaseIdentifier: 'webshop-prod-mysql',
};

interface Settings extends Partial<AlarmsProps> {
  /** Region of the second provider. */
  readonly globalRegion?: string;
}

function withProps({ globalRegion, ...props }: Settings = {}): Template {
  return Template.of(stack => {
    new AwsProvider(stack, 'TestProvider', { region: 'eu-central-1' });
    const globalProvider =
      globalRegion === undefined
        ? undefined
        : new AwsProvider(stack, 'Global', { region: globalRegion, alias: 'global' });
    const { topicArn } = new Alarms(stack, 'Alarms', {
      ...minimal,
      ...props,
      ...(globalProvider && { globalProvider }),
    });
    new TerraformOutput(stack, 'Made', { value: topicArn, staticId: true });
  });
}

const full: Settings = { healthCheckId: 'check-1', globalRegion: 'us-east-1' };

const alarms = (template: Template) => template.resources('aws_cloudwatch_metric_alarm').map(({ values }) => values);

const names = (template: Template) => alarms(template).map(values => String(values['alarm_name']));

function alarm(template: Template, name: string) {
  const found = alarms(template).filter(values => values['alarm_name'] === name);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

describe('Alarms', () => {
  test('watches node and database', () => {
    expect(names(withProps())).toEqual([
      'webshop-prod-database-connections',
      'webshop-prod-database-cpu-credits',
      'webshop-prod-database-memory',
      'webshop-prod-database-storage',
      'webshop-prod-node-cpu-credits',
      'webshop-prod-node-instance',
      'webshop-prod-node-system',
    ]);
  });

  test('never more than eight, as ten are free and the mail domain has two', () => {
    expect(names(withProps(full))).toHaveLength(8);
    expect(names(withProps(full))).toContain('webshop-prod-site-down');
  });

  test('what does not live on credits is not watched for them', () => {
    const found = names(withProps({ instanceType: 'm7g.large', instanceClass: 'db.m7g.large' }));
    expect(found).toEqual([
      'webshop-prod-database-memory',
      'webshop-prod-database-storage',
      'webshop-prod-node-instance',
      'webshop-prod-node-system',
    ]);
  });

  test('the connections of a larger database are not measured by the limit of a micro', () => {
    const found = names(withProps({ instanceClass: 'db.t4g.medium' }));
    expect(found).not.toContain('webshop-prod-database-connections');
    expect(found).toContain('webshop-prod-database-cpu-credits');
  });

  test.each([
    ['node-system', 'AWS/EC2', 'StatusCheckFailed_System', { InstanceId: minimal.instanceId }, '>=', 1],
    ['node-instance', 'AWS/EC2', 'StatusCheckFailed_Instance', { InstanceId: minimal.instanceId }, '>=', 1],
    ['node-cpu-credits', 'AWS/EC2', 'CPUCreditBalance', { InstanceId: minimal.instanceId }, '<', 20],
    ['database-cpu-credits', 'AWS/RDS', 'CPUCreditBalance', { DBInstanceIdentifier: 'webshop-prod-mysql' }, '<', 20],
    [
      'database-storage',
      'AWS/RDS',
      'FreeStorageSpace',
      { DBInstanceIdentifier: 'webshop-prod-mysql' },
      '<',
      2 * 1024 ** 3,
    ],
    [
      'database-memory',
      'AWS/RDS',
      'FreeableMemory',
      { DBInstanceIdentifier: 'webshop-prod-mysql' },
      '<',
      64 * 1024 ** 2,
    ],
    [
      'database-connections',
      'AWS/RDS',
      'DatabaseConnections',
      { DBInstanceIdentifier: 'webshop-prod-mysql' },
      '>=',
      48,
    ],
    ['site-down', 'AWS/Route53', 'HealthCheckStatus', { HealthCheckId: 'check-1' }, '<', 1],
  ])('%s is about %s %s', (suffix, namespace, metric, dimensions, sign, threshold) => {
    expect(alarm(withProps(full), `webshop-prod-${suffix}`)).toMatchObject({
      namespace,
      metric_name: metric,
      dimensions,
      comparison_operator: sign === '<' ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
      threshold,
    });
  });

  test('a new node, which begins without credits, has three hours to earn some', () => {
    const { period, evaluation_periods: periods } = alarm(withProps(), 'webshop-prod-node-cpu-credits');
    expect(Number(period) * Number(periods)).toBe(3 * 3600);
  });

  test('every alarm tells when it begins and when it is over, and says what to do', () => {
    const template = withProps(full);
    for (const values of alarms(template)) {
      const site = values['alarm_name'] === 'webshop-prod-site-down';
      const [topic] = template
        .resources('aws_sns_topic_policy')
        .filter(({ address }) => address.includes(site ? 'Alarms_GlobalTopic' : 'Alarms_Topic'));
      const arn = `\${${topic?.address}.arn}`;
      expect((values['alarm_actions'] as string[])[0]).toBe(arn);
      expect(values['ok_actions']).toEqual([arn]);
      expect(values['alarm_description']).toMatch(/\w{3}/);
    }
  });

  test('EC2 moves and reboots the node by itself, and does nothing else', () => {
    const template = withProps(full);
    const region = `\${data.${template.dataSources('aws_region')[0]?.address}.id}`;
    const byItself = alarms(template).flatMap(values =>
      (values['alarm_actions'] as string[]).slice(1).map(action => [values['alarm_name'], action]),
    );
    expect(byItself).toEqual([
      ['webshop-prod-node-instance', `arn:aws:automate:${region}:ec2:reboot`],
      ['webshop-prod-node-system', `arn:aws:automate:${region}:ec2:recover`],
    ]);
  });

  test('a health check that went silent counts as down, a machine that is off does not', () => {
    const template = withProps(full);
    for (const values of alarms(template)) {
      const site = values['alarm_name'] === 'webshop-prod-site-down';
      expect(values['treat_missing_data']).toBe(site ? 'breaching' : 'notBreaching');
    }
  });

  test('the alarm about the site and its topic are where Route53 publishes, all else is at home', () => {
    const abroad = withProps(full)
      .resources()
      .filter(({ values }) => values['provider'] !== undefined);
    expect(abroad.map(({ type, values }) => [type, values['provider']])).toEqual([
      ['aws_cloudwatch_metric_alarm', 'aws.global'],
      ['aws_sns_topic', 'aws.global'],
      ['aws_sns_topic_policy', 'aws.global'],
      ['aws_sns_topic_subscription', 'aws.global'],
    ]);
    for (const { address } of abroad) expect(address).toMatch(/SiteDown|GlobalTopic/);
  });

  test('RDS tells about the database', () => {
    const template = withProps();
    expect(template.only('aws_db_event_subscription')).toMatchObject({
      name: 'webshop-prod-database',
      source_type: 'db-instance',
      source_ids: ['webshop-prod-mysql'],
      event_categories: ['availability', 'failure', 'low storage', 'maintenance'],
      sns_topic: template.json.output?.['Made']?.['value'],
    });
  });

  test('mails from each topic', () => {
    const template = withProps(full);
    const topics = template.resources('aws_sns_topic').map(({ address }) => `\${${address}.arn}`);
    const mails = template.resources('aws_sns_topic_subscription').map(({ values }) => values);
    expect(mails.map(values => values['topic_arn'])).toEqual(topics);
    for (const values of mails) expect(values).toMatchObject({ protocol: 'email', endpoint: 'ops@example.org' });
    expect(topics).toHaveLength(2);
  });

  test('no topic may be encrypted, as with the key of AWS the services would publish into nothing', () => {
    const topics = withProps(full).resources('aws_sns_topic');
    expect(topics.map(({ values }) => values['name'])).toEqual(['webshop-prod-site-alarms', 'webshop-prod-alarms']);
    for (const { values } of topics) expect(values).not.toHaveProperty('kms_master_key_id');
  });

  test('no topic may be published to but by services of this account', () => {
    const template = withProps(full);
    const account = `\${data.${template.dataSources('aws_caller_identity')[0]?.address}.account_id}`;
    const policies = template.resources('aws_sns_topic_policy').map(({ address, values }) => ({
      global: address.includes('GlobalTopic'),
      arn: values['arn'],
      policy: JSON.parse(String(values['policy'])) as { Statement: unknown[] },
    }));
    expect(policies).toHaveLength(2);
    for (const { global, arn, policy } of policies) {
      const services = ['cloudwatch.amazonaws.com', ...(global ? [] : ['events.rds.amazonaws.com'])];
      expect(policy.Statement).toEqual([
        {
          Sid: 'ServicesOfThisAccount',
          Effect: 'Allow',
          Principal: { Service: services },
          Action: 'sns:Publish',
          Resource: arn,
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
      ]);
    }
  });

  test('its topic is the one at home, usable once its policy is', () => {
    const [policy] = withProps(full)
      .resources('aws_sns_topic_policy')
      .filter(({ address }) => !address.includes('Global'));
    expect(withProps(full).json.output?.['Made']?.['value']).toBe(`\${${policy?.address}.arn}`);
  });

  test.each<[string, Settings, RegExp]>([
    [
      'there is no provider for the health check',
      { healthCheckId: 'check-1' },
      /^region of globalProvider is undefined/,
    ],
    [
      'the provider is of another region',
      { healthCheckId: 'check-1', globalRegion: 'eu-west-1' },
      /^region of globalProvider is "eu-west-1", allowed is us-east-1/,
    ],
    ['the email is empty', { email: '' }, /^alarm email is ""/],
    ['the email has no domain', { email: 'ops' }, /^alarm email is "ops"/],
    ['the email is two', { email: 'a@example.org,b@example.org' }, /^alarm email is/],
  ])('fails when %s', (_, props, message) => {
    expect(() => withProps(props)).toThrow(InvalidValueError);
    expect(() => withProps(props)).toThrow(message);
  });
});
