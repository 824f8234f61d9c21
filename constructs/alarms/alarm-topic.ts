import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import type { TerraformProvider } from 'cdktf';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  readonly name: string;
  readonly email: string;
  /** Account that the alarms and events come from. */
  readonly accountId: string;
  /** AWS services that may publish, e.g. `cloudwatch.amazonaws.com`. */
  readonly publishers: readonly string[];
  /**
   * Provider of the region that the topic is in.
   *
   * @default - the stack's own
   */
  readonly provider?: TerraformProvider;
}

/**
 * An SNS topic that mails what the named AWS services of this account publish.
 *
 * Not encrypted, on purpose: the key that AWS manages for SNS (`alias/aws/sns`) lets no service use it, so CloudWatch and RDS
 * would publish into nothing and nobody would be told. What would help is a key of our own, at 1 USD a month, for
 * messages that say no more than "disk nearly full".
 */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const where = { ...(props.provider && { provider: props.provider }) };
    const topic = new SnsTopic(this, 'Resource', { ...where, name: props.name, tags: { Name: props.name } });
    const policy = new SnsTopicPolicy(this, 'Policy', {
      ...where,
      arn: topic.arn,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'ServicesOfThisAccount',
            Effect: 'Allow',
            Principal: { Service: props.publishers },
            Action: 'sns:Publish',
            Resource: topic.arn,
            Condition: { StringEquals: { 'aws:SourceAccount': props.accountId } },
          },
        ],
      }),
    });
    // The arn by way of the policy: RDS refuses a subscription to a topic that it may not publish to yet.
    this.arn = policy.arn;
    new SnsTopicSubscription(this, 'Email', {
      ...where,
      topicArn: topic.arn,
      protocol: 'email',
      endpoint: props.email,
    });
  }
}
