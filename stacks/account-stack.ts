import type { Construct } from 'constructs';
import { AccountGuards } from '../constructs/account-guards/account-guards';
import { CiAccess } from '../constructs/ci-access/ci-access';
import { type AwsConnection, AwsStack } from './aws-stack';
import type { Environment } from './environments/environment';
import type { Site } from './environments/site';

export interface AccountStackProps {
  readonly site: Site;
  /** Environments that CI deploys; each gets a role that trusts its branch. */
  readonly environments: readonly Environment[];
  readonly connection: AwsConnection;
}

/**
 * What an AWS account has once, however many environments are in it: the way in for CI, a budget, and guards.
 *
 * A person with administrator rights deploys it, once and after changes: `npx cdktf deploy account`. The environments do
 * not depend on it; without it they are deployed by a person as well.
 */
export class AccountStack extends AwsStack {
  constructor(scope: Construct, props: AccountStackProps) {
    const { site, environments, connection } = props;
    super(scope, 'account', { site, connection, environmentTag: 'account' });
    const { project: name, region, bucketPrefix } = site;

    new AccountGuards(this, 'Guards', { name, budgetUsd: site.accountBudgetUsd, billingEmail: site.billingEmail });
    new CiAccess(this, 'Ci', {
      name,
      ...site.ci,
      environments: environments.map(environment => ({
        name: environment.name,
        branch: environment.deployBranch,
        ...(environment.deployTags !== undefined && { tags: environment.deployTags }),
        domain: environment.domain,
      })),
      region,
      bucketPrefix,
      stateBucketArn: `arn:aws:s3:::${site.stateBucket}`,
    });
  }
}
