import { arn, type DeployScope, ownArns } from './deploy-scope';
import type { PolicyStatement } from './policy-statement';

const EVENT_DESTINATION = 'ConfigurationSetEventDestination';

/** Mail: the identity of the environment's own domain, its configuration set and the queue of events. */
export function mailStatements(scope: DeployScope): PolicyStatement[] {
  return [
    {
      Sid: 'MailIdentity',
      Effect: 'Allow',
      Action: [
        'ses:CreateEmailIdentity',
        'ses:GetEmailIdentity',
        'ses:DeleteEmailIdentity',
        'ses:PutEmailIdentityConfigurationSetAttributes',
        'ses:PutEmailIdentityDkimAttributes',
        'ses:PutEmailIdentityDkimSigningAttributes',
        'ses:PutEmailIdentityFeedbackAttributes',
        'ses:PutEmailIdentityMailFromAttributes',
        'ses:CreateConfigurationSet',
        'ses:GetConfigurationSet',
        'ses:DeleteConfigurationSet',
        'ses:PutConfigurationSetDeliveryOptions',
        'ses:PutConfigurationSetReputationOptions',
        'ses:PutConfigurationSetSendingOptions',
        'ses:PutConfigurationSetSuppressionOptions',
        'ses:PutConfigurationSetTrackingOptions',
        'ses:PutConfigurationSetVdmOptions',
        `ses:Create${EVENT_DESTINATION}`,
        `ses:Update${EVENT_DESTINATION}`,
        `ses:Delete${EVENT_DESTINATION}`,
        `ses:Get${EVENT_DESTINATION}s`,
        'ses:ListTagsForResource',
        'ses:TagResource',
        'ses:UntagResource',
      ],
      Resource: [arn(scope, 'ses', `identity/${scope.domain}`), ...ownArns(scope, 'ses', ['configuration-set/'])],
    },
    {
      // Whether the account has left the sandbox is a question about the account.
      Sid: 'WildcardMailAccount',
      Effect: 'Allow',
      Action: 'ses:GetAccount',
      Resource: '*',
    },
    {
      Sid: 'MailEventQueues',
      Effect: 'Allow',
      Action: [
        'sqs:CreateQueue',
        'sqs:GetQueueAttributes',
        'sqs:SetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:DeleteQueue',
        'sqs:ListQueueTags',
        'sqs:TagQueue',
        'sqs:UntagQueue',
      ],
      Resource: ownArns(scope, 'sqs', ['']),
    },
  ];
}
