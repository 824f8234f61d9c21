import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { assertCiAccessProps } from './ci-access-validation';
import { type CircleCiProject, issuerOf, trustOfBranch, trustOfRepository } from './circleci-trust';
import { DeployRole } from './deploy-role';
import { PROGRAMS } from '../node-vault/stored-program';
import { planStatements } from './plan-policy';
import { policyDocument } from './policy-statement';

export interface CiEnvironment {
  /** Name of the environment and of its stack, e.g. `prod`. */
  readonly name: string;
  /** Branch whose pipelines may deploy it. */
  readonly branch: string;
  /**
   * Tags whose pipelines may deploy it as well, as IAM's pattern, e.g. `20????.*`. Whoever may push such a tag may deploy.
   *
   * @default - none
   */
  readonly tags?: string;
  /** Domain whose records and mail identity its stack makes. */
  readonly domain: string;
}

export interface CiAccessProps extends CircleCiProject {
  /** Project, the first part of every name in AWS, e.g. `webshop`. */
  readonly name: string;
  readonly environments: readonly CiEnvironment[];
  readonly region: string;
  /** First part of the names of all buckets, e.g. `example-org-webshop`; the environment's name follows. */
  readonly bucketPrefix: string;
  readonly stateBucketArn: string;
}

const READ_ONLY_ACCESS = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

/**
 * How CircleCI gets into the account without a key: it shows a token that says which branch of which repository runs,
 * and gets an hour as the role that trusts that branch. There is nothing to leak from the CI system and nothing to rotate.
 *
 * - `<name>-ci-plan`: any branch of the repository, to show what a change would do. It writes nothing, a lock included,
 *   and reads no secrets, so it compares with the state instead of refreshing it:
 *
 *       TF_CLI_ARGS_plan='-lock=false -refresh=false' npx cdktf diff prod
 *
 * - `<name>-ci-deploy-<environment>`: the environment's branch only, and its tags, see DeployRole.
 *
 * The pipeline must present CIRCLE_OIDC_TOKEN_V2. A person deploys the stack that holds this; no pipeline may.
 *
 * Costs nothing.
 *
 * @example
 * new CiAccess(this, 'Ci', {
 *   name: 'webshop',
 *   organizationId: '00000000-0000-4000-8000-000000000001',
 *   projectId: '00000000-0000-4000-8000-000000000002',
 *   repository: 'github.com/example-org/webshop',
 *   environments: [{ name: 'prod', branch: 'production', domain: 'example.org' }],
 *   region: 'eu-central-1',
 *   bucketPrefix: 'example-org-webshop',
 *   stateBucketArn: 'arn:aws:s3:::example-org-webshop-terraform-state',
 * });
 */
export class CiAccess extends Construct {
  constructor(scope: Construct, id: string, props: CiAccessProps) {
    super(scope, id);
    assertCiAccessProps(props);
    const { name, region, stateBucketArn } = props;
    const { accountId } = new DataAwsCallerIdentity(this, 'Account');
    const provider = new IamOpenidConnectProvider(this, 'Resource', {
      url: `https://${issuerOf(props)}`,
      clientIdList: [props.organizationId],
    });

    this.makePlanRole(props, provider.arn, accountId);
    const deploy = new Construct(this, 'Deploy');
    for (const environment of props.environments) {
      new DeployRole(deploy, environment.name, {
        name,
        environment: environment.name,
        domain: environment.domain,
        region,
        accountId,
        bucketPrefix: `${props.bucketPrefix}-${environment.name}`,
        stateBucketArn,
        trustPolicy: trustOfBranch(props, provider.arn, environment.branch, environment.tags),
      });
    }
  }

  private makePlanRole(props: CiAccessProps, providerArn: string, accountId: string): void {
    const { name, stateBucketArn } = props;
    const managedObjectArns = props.environments.map(
      environment => `arn:aws:s3:::${props.bucketPrefix}-${environment.name}-node/${PROGRAMS}*`,
    );
    const plan = new Construct(this, 'Plan');
    const role = new IamRole(plan, 'Resource', {
      name: `${name}-ci-plan`,
      description: 'Pipelines of any branch that show what a change would do',
      assumeRolePolicy: trustOfRepository(props, providerArn),
    });
    new IamRolePolicyAttachment(plan, 'ReadOnly', { role: role.name, policyArn: READ_ONLY_ACCESS });
    new IamRolePolicy(plan, 'Policy', {
      name: 'plan',
      role: role.name,
      policy: policyDocument(planStatements({ name, accountId, stateBucketArn, managedObjectArns })),
    });
  }
}
