import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region';
import { DbEventSubscription } from '@cdktf/provider-aws/lib/db-event-subscription';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { InvalidValueError } from '../invalid-value';
import { assertEmailAddress } from '../web-domain/email-address';
import { type AlarmRule, databaseRules, nodeRules, siteRule } from './alarm-rules';
import { AlarmTopic } from './alarm-topic';

export interface AlarmsProps {
  /** Prefix of every name, e.g. `webshop-prod`. */
  readonly name: string;
  /** Mailbox that is told. AWS asks it once for each topic whether it wants to be. */
  readonly email: string;
  readonly instanceId: string;
  /**
   * EC2 type of the node; only burstable ones are watched for CPU credits.
   *
   * @default 't3.micro'
   */
  readonly instanceType?: string;
  readonly databaseIdentifier: string;
  /**
   * RDS class of the database; only burstable ones are watched for CPU credits, only `micro` for connections.
   *
   * @default 'db.t4g.micro'
   */
  readonly instanceClass?: string;
  /**
   * Route53 health check of the site.
   *
   * @default - nobody is told when the site is down
   */
  readonly healthCheckId?: string;
  /**
   * Provider for us-east-1, required with `healthCheckId`.
   *
   * @default - none
   */
  readonly globalProvider?: AwsProvider;
}

/** Route53 publishes the metrics of its health checks here and nowhere else, and an alarm reaches topics of its own region only. */
const ROUTE53_METRICS_REGION = 'us-east-1';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';
const RDS_EVENTS = 'events.rds.amazonaws.com';

/**
 * Who is woken, and by what: at most eight alarms for node, database and site, and RDS's own news about the database.
 *
 * Eight, because AWS gives ten alarms away and the mail domain has two. Each is about something that a person must decide,
 * except for two that EC2 handles by itself: it moves the node off failed hardware and reboots it when it hangs.
 * Each alarm also tells when it is over.
 *
 * With a health check there is a second topic, in us-east-1, and so a second mail that asks for confirmation.
 * Until both are confirmed nobody is told anything.
 *
 * Cost: none for the first environment of an account; each alarm beyond the tenth is 0.10 USD a month.
 *
 * @example
 * const alarms = new Alarms(this, 'Alarms', {
 *   name: 'webshop-prod',
 *   email: 'ops@example.org',
 *   instanceId: node.instanceId,
 *   databaseIdentifier: database.identifier,
 *   healthCheckId: web.healthCheckId,
 *   globalProvider: new AwsProvider(this, 'AwsGlobal', { region: 'us-east-1', alias: 'global' }),
 * });
 */
export class Alarms extends Construct {
  /** Topic in the stack's region, for alarms of other parts. */
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { name, email, instanceId, databaseIdentifier, healthCheckId } = props;
    assertEmailAddress('alarm email', email);

    const { accountId } = new DataAwsCallerIdentity(this, 'Account');
    const region = new DataAwsRegion(this, 'Region');
    const topic = new AlarmTopic(this, 'Topic', {
      name: `${name}-alarms`,
      email,
      accountId,
      publishers: [CLOUDWATCH, RDS_EVENTS],
    });
    this.topicArn = topic.arn;

    const rules = [
      ...nodeRules(instanceId, props.instanceType ?? 't3.micro'),
      ...databaseRules(databaseIdentifier, props.instanceClass ?? 'db.t4g.micro'),
    ];
    for (const rule of rules) this.alarm(name, rule, topic, region.id);

    new DbEventSubscription(this, 'DatabaseEvents', {
      name: `${name}-database`,
      snsTopic: topic.arn,
      sourceType: 'db-instance',
      sourceIds: [databaseIdentifier],
      eventCategories: ['availability', 'failure', 'low storage', 'maintenance'],
      tags: { Name: `${name}-database` },
    });

    if (healthCheckId !== undefined) {
      const provider = checkGlobalProvider(props.globalProvider);
      const globalTopic = new AlarmTopic(this, 'GlobalTopic', {
        name: `${name}-site-alarms`,
        email,
        accountId,
        publishers: [CLOUDWATCH],
        provider,
      });
      this.alarm(name, siteRule(healthCheckId), globalTopic, ROUTE53_METRICS_REGION, provider);
    }
  }

  private alarm(name: string, rule: AlarmRule, topic: AlarmTopic, region: string, provider?: AwsProvider): void {
    const byItself = rule.ec2Action === undefined ? [] : [`arn:aws:automate:${region}:ec2:${rule.ec2Action}`];
    new CloudwatchMetricAlarm(this, rule.id, {
      ...rule.metric,
      alarmName: `${name}-${rule.suffix}`,
      alarmActions: [topic.arn, ...byItself],
      okActions: [topic.arn],
      ...(provider && { provider }),
    });
  }
}

function checkGlobalProvider(provider: AwsProvider | undefined): AwsProvider {
  const region = provider?.region;
  if (!provider || (region !== ROUTE53_METRICS_REGION && !Token.isUnresolved(region))) {
    throw new InvalidValueError(
      'region of globalProvider',
      region,
      `${ROUTE53_METRICS_REGION}, where Route53 publishes its metrics`,
      'pass an aliased AwsProvider of that region, or leave out healthCheckId',
    );
  }
  return provider;
}
