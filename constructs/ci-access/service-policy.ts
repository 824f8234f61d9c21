import { arn, type DeployScope, ownArns } from './deploy-scope';
import type { PolicyStatement } from './policy-statement';

/** Route53 publishes the metrics of its health checks, and takes their alarms, in this region only. */
const GLOBAL_REGION = 'us-east-1';

/** Domain, parameters, alarms. */
export function serviceStatements(scope: DeployScope): PolicyStatement[] {
  return [...domainStatements(scope), ...parameterStatements(scope), ...alarmStatements(scope)];
}

function domainStatements({ domain }: DeployScope): PolicyStatement[] {
  return [
    {
      // A zone has an id that nobody knows before it exists. Deleting another environment's is not in reach all the same:
      // Route53 refuses while there are records, and those may not be changed, see below.
      Sid: 'WildcardZones',
      Effect: 'Allow',
      Action: [
        'route53:CreateHostedZone',
        'route53:GetHostedZone',
        'route53:UpdateHostedZoneComment',
        'route53:DeleteHostedZone',
        'route53:ListHostedZones',
        'route53:ListResourceRecordSets',
        'route53:GetChange',
        'route53:GetDNSSEC',
        'route53:CreateHealthCheck',
        'route53:GetHealthCheck',
        'route53:UpdateHealthCheck',
        'route53:DeleteHealthCheck',
        'route53:ListTagsForResource',
        'route53:ChangeTagsForResource',
      ],
      Resource: '*',
    },
    {
      // Any zone, as the NS record of a child stands in its parent's; but only records of the environment's own domain.
      Sid: 'WildcardOwnRecords',
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: 'arn:aws:route53:::hostedzone/*',
      Condition: {
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': [domain, `*.${domain}`],
        },
      },
    },
  ];
}

function parameterStatements(scope: DeployScope): PolicyStatement[] {
  const { name, environment, domain, region } = scope;
  const zones = `parameter/${name}/zones`;
  return [
    {
      Sid: 'Parameters',
      Effect: 'Allow',
      Action: [
        'ssm:GetParameter',
        'ssm:GetParameters',
        'ssm:PutParameter',
        'ssm:DeleteParameter',
        'ssm:ListTagsForResource',
        'ssm:AddTagsToResource',
        'ssm:RemoveTagsFromResource',
      ],
      Resource: [arn(scope, 'ssm', `parameter/${name}/${environment}/*`), arn(scope, 'ssm', `${zones}/${domain}`)],
    },
    { Sid: 'PublishedZones', Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource: arn(scope, 'ssm', zones) },
    {
      Sid: 'MachineImages',
      Effect: 'Allow',
      Action: ['ssm:GetParameter', 'ssm:GetParameters'],
      Resource: `arn:aws:ssm:${region}::parameter/aws/service/*`,
    },
    {
      // Describing parameters, log groups and alarms is listing: without values, and not limited to names.
      Sid: 'WildcardList',
      Effect: 'Allow',
      Action: ['ssm:DescribeParameters', 'logs:DescribeLogGroups', 'cloudwatch:DescribeAlarms'],
      Resource: '*',
    },
  ];
}

function alarmStatements(scope: DeployScope): PolicyStatement[] {
  const inBoth = (service: string, kind: string) =>
    [scope.region, GLOBAL_REGION].flatMap(region => ownArns(scope, service, [kind], region));
  return [
    {
      Sid: 'Alarms',
      Effect: 'Allow',
      Action: [
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:DeleteAlarms',
        'cloudwatch:ListTagsForResource',
        'cloudwatch:TagResource',
        'cloudwatch:UntagResource',
      ],
      Resource: inBoth('cloudwatch', 'alarm:'),
    },
    {
      Sid: 'Topics',
      Effect: 'Allow',
      Action: [
        'sns:CreateTopic',
        'sns:GetTopicAttributes',
        'sns:SetTopicAttributes',
        'sns:DeleteTopic',
        'sns:Subscribe',
        'sns:Unsubscribe',
        'sns:GetSubscriptionAttributes',
        'sns:SetSubscriptionAttributes',
        'sns:ListTagsForResource',
        'sns:TagResource',
        'sns:UntagResource',
      ],
      Resource: inBoth('sns', ''),
    },
  ];
}
