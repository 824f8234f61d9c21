import { arn, type DeployScope } from './deploy-scope';
import type { PolicyStatement } from './policy-statement';

/** What no deploy role may do, whatever else allows it. */
export function guardStatements(scope: DeployScope): PolicyStatement[] {
  const { name, environment, stateBucketArn } = scope;
  return [
    {
      // A refusal, so the wildcards take away: no pipeline changes who may be a pipeline.
      Sid: 'WildcardKeepCiAccess',
      Effect: 'Deny',
      Action: 'iam:*',
      Resource: [
        arn(scope, 'iam', `role/${name}-ci-*`, ''),
        arn(scope, 'iam', `policy/${name}-ci-*`, ''),
        arn(scope, 'iam', 'oidc-provider/*', ''),
      ],
    },
    {
      // A refusal, so the wildcards take away: what carries another environment's tag is out of reach. What has no tag, as
      // the network interface that EC2 makes with an instance, is not.
      Sid: 'WildcardOtherEnvironments',
      Effect: 'Deny',
      Action: ['ec2:*', 'rds:*'],
      Resource: '*',
      Condition: {
        Null: { 'aws:ResourceTag/Environment': 'false' },
        StringNotEquals: { 'aws:ResourceTag/Environment': environment },
      },
    },
    {
      Sid: 'KeepStates',
      Effect: 'Deny',
      Action: [
        's3:DeleteBucket',
        's3:DeleteBucketPolicy',
        's3:DeleteObjectVersion',
        's3:PutBucketPolicy',
        's3:PutBucketPublicAccessBlock',
        's3:PutBucketVersioning',
        's3:PutEncryptionConfiguration',
        's3:PutLifecycleConfiguration',
      ],
      Resource: [stateBucketArn, `${stateBucketArn}/*`],
    },
  ];
}
