import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { computeStatements } from './compute-policy';
import type { DeployScope } from './deploy-scope';
import { guardStatements } from './guard-policy';
import { identityStatements } from './identity-policy';
import { mailStatements } from './mail-policy';
import { policyDocument } from './policy-statement';
import { serviceStatements } from './service-policy';
import { stateStatements } from './state-policy';
import { storageStatements } from './storage-policy';

export interface DeployRoleProps extends DeployScope {
  /** Who may become this role. */
  readonly trustPolicy: string;
}

/**
 * One managed policy a concern: IAM takes 6,144 characters in one and ten policies on a role, and a reviewer
 * of a change sees in which concern it is.
 */
const CONCERNS = {
  State: stateStatements,
  Compute: computeStatements,
  Storage: storageStatements,
  Services: serviceStatements,
  Mail: mailStatements,
  Identity: identityStatements,
  Guards: guardStatements,
};

/**
 * The role with which a pipeline applies one environment's stack, and reaches its node for a release.
 *
 * Rights end at what carries the environment's name, its tag where AWS has no names, and its domain. What they cannot
 * prevent: a role that the stack makes may get any policy, and a node that runs with it. Whoever may push to the branch can
 * therefore do anything in the account in two steps; the branch is to be protected like the account itself, and what
 * must be beyond reach of it belongs into another account.
 *
 * Costs nothing.
 *
 * @example
 * new DeployRole(this, 'Prod', { ...scope, environment: 'prod', trustPolicy: trustOfBranch(project, providerArn, 'production') });
 */
export class DeployRole extends Construct {
  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    super(scope, id);
    const name = deployRoleName(props.name, props.environment);
    const role = new IamRole(this, 'Resource', {
      name,
      description: `Pipelines that deploy ${props.environment}`,
      assumeRolePolicy: props.trustPolicy,
    });
    for (const [concern, statements] of Object.entries(CONCERNS)) {
      const part = new Construct(this, concern);
      const policy = new IamPolicy(part, 'Resource', {
        name: `${name}-${concern.toLowerCase()}`,
        policy: policyDocument(statements(props)),
      });
      new IamRolePolicyAttachment(part, 'Attachment', { role: role.name, policyArn: policy.arn });
    }
  }
}

/** Name of the role that deploys an environment. */
export function deployRoleName(name: string, environment: string): string {
  return `${name}-ci-deploy-${environment}`;
}
