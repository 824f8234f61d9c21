import type { PolicyStatement } from './policy-statement';

export interface PlanScope {
  readonly name: string;
  readonly accountId: string;
  readonly stateBucketArn: string;
  /** Objects that Terraform manages and therefore compares: the programs in the environments' vaults. */
  readonly managedObjectArns: readonly string[];
}

/**
 * What the plan role may do beyond AWS's ReadOnlyAccess, and what of that it may not: read what belongs to customers or opens
 * a door. ReadOnlyAccess reads all objects, parameters and messages of an account.
 *
 * A state is the one exception, as there is no plan without it, and it holds the SMTP password. So the role is for branches of
 * people who may see that.
 */
export function planStatements(scope: PlanScope): PolicyStatement[] {
  const { name, accountId, stateBucketArn, managedObjectArns } = scope;
  const parameters = `arn:aws:ssm:*:${accountId}:parameter/${name}`;
  return [
    { Sid: 'FindStates', Effect: 'Allow', Action: 's3:ListBucket', Resource: stateBucketArn },
    { Sid: 'ReadStates', Effect: 'Allow', Action: 's3:GetObject', Resource: `${stateBucketArn}/*.tfstate` },
    {
      // A refusal, so the wildcard takes away: of all objects in all buckets, vaults and uploads too, only states are read,
      // and programs, which are no secret.
      Sid: 'WildcardNoObjectButStates',
      Effect: 'Deny',
      Action: 's3:GetObject*',
      NotResource: [`${stateBucketArn}/*.tfstate`, ...managedObjectArns],
    },
    {
      Sid: 'NoApplicationSecrets',
      Effect: 'Deny',
      Action: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParameterHistory'],
      Resource: [`${parameters}/*/secrets`, `${parameters}/*/secrets/*`],
    },
    {
      // Permission for a path is permission for all below it, whatever is denied there: so only the zones, which are
      // what a plan asks for by path.
      Sid: 'NoOtherParametersByPath',
      Effect: 'Deny',
      Action: 'ssm:GetParametersByPath',
      NotResource: [`${parameters}/zones`, `${parameters}/zones/*`],
    },
    {
      // A refusal, so the wildcard takes away: secrets, logs, mail events and database logs are data, not infrastructure.
      Sid: 'WildcardNoData',
      Effect: 'Deny',
      Action: [
        'secretsmanager:GetSecretValue',
        'secretsmanager:BatchGetSecretValue',
        'sqs:ReceiveMessage',
        'logs:GetLogEvents',
        'logs:FilterLogEvents',
        'logs:StartQuery',
        'rds:DownloadDBLogFilePortion',
        'rds:DownloadCompleteDBLogFile',
        'ec2:GetConsoleOutput',
        'ec2:GetPasswordData',
      ],
      Resource: '*',
    },
  ];
}
