import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';

export interface ReputationAlarmsProps {
  /** Prefix of every name in AWS. */
  readonly name: string;
  readonly configurationSetName: string;
  /** SNS topic that is told. */
  readonly topicArn: string;
}

/** Half of where AWS puts an account under review: 5 % bounces, 0.1 % complaints. */
const MAX_BOUNCE_RATE = 0.025;
const MAX_COMPLAINT_RATE = 0.0005;

/**
 * Alarms on the share of mail that bounces or is reported as spam, early enough to act before AWS does.
 *
 * Measured per configuration set, not per account: where two environments share an account, the one that is
 * told is the one that sends. SES publishes these numbers only while there is mail; silence changes nothing.
 *
 * Costs 0.20 USD a month beyond an account's first ten alarms.
 *
 * @example
 * new ReputationAlarms(this, 'Reputation', { name: 'webshop-prod', configurationSetName, topicArn });
 */
export class ReputationAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ReputationAlarmsProps) {
    super(scope, id);
    this.add('Bounces', 'bounce-rate', 'Reputation.BounceRate', MAX_BOUNCE_RATE, props);
    this.add('Complaints', 'complaint-rate', 'Reputation.ComplaintRate', MAX_COMPLAINT_RATE, props);
  }

  private add(id: string, suffix: string, metricName: string, threshold: number, props: ReputationAlarmsProps): void {
    new CloudwatchMetricAlarm(this, id, {
      alarmName: `${props.name}-mail-${suffix}`,
      alarmDescription: 'Stop sending to the addresses in the event queue before AWS pauses the account',
      namespace: 'AWS/SES',
      metricName,
      dimensions: { 'ses:configuration-set': props.configurationSetName },
      statistic: 'Average',
      period: 3600,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold,
      treatMissingData: 'ignore',
      alarmActions: [props.topicArn],
      okActions: [props.topicArn],
    });
  }
}
