import type { DeployScope } from './deploy-scope';
import type { PolicyStatement } from './policy-statement';

/** The Terraform state of the environment, with the lock that is a file beside it. Other environments' states stay closed. */
export function stateStatements({ environment, stateBucketArn }: DeployScope): PolicyStatement[] {
  const state = `${stateBucketArn}/${environment}.tfstate`;
  return [
    { Sid: 'FindState', Effect: 'Allow', Action: 's3:ListBucket', Resource: stateBucketArn },
    { Sid: 'KeepState', Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: state },
    {
      Sid: 'LockState',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: `${state}.tflock`,
    },
  ];
}
