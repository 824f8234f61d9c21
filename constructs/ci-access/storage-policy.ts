import { arn, type DeployScope, ownArns } from './deploy-scope';
import type { PolicyStatement } from './policy-statement';

/** Database and buckets. */
export function storageStatements(scope: DeployScope): PolicyStatement[] {
  const bucket = `arn:aws:s3:::${scope.bucketPrefix}-*`;
  return [
    {
      // RDS answers lists of what may be chosen (engine versions, orderable classes), which are nobody's resource.
      Sid: 'WildcardDescribeDatabases',
      Effect: 'Allow',
      Action: 'rds:Describe*',
      Resource: '*',
    },
    {
      Sid: 'Database',
      Effect: 'Allow',
      Action: [
        'rds:CreateDBInstance',
        'rds:ModifyDBInstance',
        'rds:RebootDBInstance',
        'rds:DeleteDBInstance',
        'rds:CreateDBSnapshot',
        'rds:RestoreDBInstanceFromDBSnapshot',
        'rds:CreateDBSubnetGroup',
        'rds:ModifyDBSubnetGroup',
        'rds:DeleteDBSubnetGroup',
        'rds:CreateDBParameterGroup',
        'rds:ModifyDBParameterGroup',
        'rds:ResetDBParameterGroup',
        'rds:DeleteDBParameterGroup',
        'rds:CreateEventSubscription',
        'rds:ModifyEventSubscription',
        'rds:DeleteEventSubscription',
        'rds:AddTagsToResource',
        'rds:RemoveTagsFromResource',
        'rds:ListTagsForResource',
      ],
      // No other environment's snapshot is among them: a copy of production's data is not for a pipeline to make.
      Resource: [
        ...ownArns(scope, 'rds', ['db:', 'subgrp:', 'pg:', 'es:', 'snapshot:']),
        arn(scope, 'rds', 'og:default:*'),
      ],
    },
    {
      // RDS makes and rotates the master password itself, on behalf of the caller and under a name of its own choice.
      Sid: 'DatabaseMasterPassword',
      Effect: 'Allow',
      Action: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource', 'secretsmanager:RotateSecret'],
      Resource: arn(scope, 'secretsmanager', 'secret:rds!db-*'),
    },
    {
      // The keys are those that AWS manages for RDS and Secrets Manager; their ids differ from account to account.
      Sid: 'WildcardDescribeKeys',
      Effect: 'Allow',
      Action: 'kms:DescribeKey',
      Resource: arn(scope, 'kms', 'key/*'),
    },
    {
      Sid: 'DatabaseLogs',
      Effect: 'Allow',
      Action: [
        'logs:CreateLogGroup',
        'logs:DeleteLogGroup',
        'logs:PutRetentionPolicy',
        'logs:DeleteRetentionPolicy',
        'logs:ListTagsForResource',
        'logs:TagResource',
        'logs:UntagResource',
      ],
      Resource: ownArns(scope, 'logs', ['log-group:/aws/rds/instance/']).map(group => `${group}/*`),
    },
    {
      // The provider reads some twenty settings of a bucket, more with each release. The wildcard ends at the environment's
      // own buckets.
      Sid: 'WildcardOwnBuckets',
      Effect: 'Allow',
      Action: 's3:*',
      Resource: [bucket, `${bucket}/*`],
    },
  ];
}
