import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import type { Sesv2ConfigurationSet } from '@cdktf/provider-aws/lib/sesv2-configuration-set';
import { Sesv2ConfigurationSetEventDestination } from '@cdktf/provider-aws/lib/sesv2-configuration-set-event-destination';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface MailEventsProps {
  /** Prefix of every name in AWS. */
  readonly name: string;
  readonly configurationSet: Sesv2ConfigurationSet;
}

/** The longest that SQS keeps a message: a reader may be down over the holidays. */
const RETENTION_SECONDS = 14 * 24 * 3600;
const MAX_RECEIVE_COUNT = 5;

/**
 * What became of mail that did not arrive: SES -> topic -> queue, for the application to mark addresses with.
 *
 * The topic is not encrypted, on purpose. SES cannot use the AWS-managed key of SNS, says nothing about it, and a topic
 * encrypted with that key stays empty for ever. At rest the events are in the queue, which is encrypted.
 *
 * Costs nothing worth naming: the first million requests a month of SNS and SQS are free.
 *
 * @example
 * const events = new MailEvents(this, 'Events', { name: 'webshop-prod', configurationSet });
 */
export class MailEvents extends Construct {
  readonly queueUrl: string;
  /** What must exist before events really reach the queue. */
  readonly delivery: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: MailEventsProps) {
    super(scope, id);
    const topic = new SnsTopic(this, 'Resource', { name: `${props.name}-mail-events` });
    const topicPolicy = this.allowSes(topic, props.configurationSet);
    const queue = this.makeQueue(props.name);
    this.queueUrl = queue.url;
    const queuePolicy = this.allowTopic(queue, topic);
    const subscription = new SnsTopicSubscription(this, 'Subscription', {
      topicArn: topic.arn,
      protocol: 'sqs',
      endpoint: queue.arn,
      rawMessageDelivery: true,
      dependsOn: [queuePolicy],
    });
    const destination = new Sesv2ConfigurationSetEventDestination(this, 'Destination', {
      configurationSetName: props.configurationSet.configurationSetName,
      eventDestinationName: 'undelivered',
      eventDestination: {
        enabled: true,
        matchingEventTypes: ['BOUNCE', 'COMPLAINT', 'DELIVERY_DELAY', 'REJECT', 'RENDERING_FAILURE'],
        snsDestination: { topicArn: topic.arn },
      },
      dependsOn: [topicPolicy],
    });
    this.delivery = [subscription, destination];
  }

  private allowSes(topic: SnsTopic, configurationSet: Sesv2ConfigurationSet): SnsTopicPolicy {
    const account = new DataAwsCallerIdentity(this, 'Account').accountId;
    return new SnsTopicPolicy(this, 'TopicPolicy', {
      arn: topic.arn,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'MailEvents',
            Effect: 'Allow',
            Principal: { Service: 'ses.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: topic.arn,
            Condition: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': configurationSet.arn } },
          },
        ],
      }),
    });
  }

  private makeQueue(name: string): SqsQueue {
    const deadLetters = new SqsQueue(this, 'DeadLetters', {
      name: `${name}-mail-events-dead`,
      messageRetentionSeconds: RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
    });
    return new SqsQueue(this, 'Queue', {
      name: `${name}-mail-events`,
      messageRetentionSeconds: RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: MAX_RECEIVE_COUNT }),
    });
  }

  private allowTopic(queue: SqsQueue, topic: SnsTopic): SqsQueuePolicy {
    return new SqsQueuePolicy(this, 'QueuePolicy', {
      queueUrl: queue.url,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'TopicOnly',
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: queue.arn,
            Condition: { ArnEquals: { 'aws:SourceArn': topic.arn } },
          },
        ],
      }),
    });
  }
}
