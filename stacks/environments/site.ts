/** What all environments share. The first file to edit in a new clone. */
export interface Site {
  /** Prefix of every name in AWS: lower case letters, digits and hyphens, 2 to 20 characters. */
  readonly project: string;
  readonly region: string;
  /** Account ids that may be deployed to; a plan with other credentials is refused. Empty: any account. */
  readonly allowedAccountIds: readonly string[];
  /** Bucket that holds the Terraform states, made by `slipway bootstrap`. Bucket names are unique in all of AWS. */
  readonly stateBucket: string;
  /** Prefix of the buckets, as their names must be unique in all of AWS. */
  readonly bucketPrefix: string;
  /** Limit of the account's monthly budget in USD; notices are sent at 50, 80 and 100 %. */
  readonly accountBudgetUsd: number;
  /** Mailbox for budget notices. */
  readonly billingEmail: string;
  readonly ci: CircleCiProject;
}

export interface CircleCiProject {
  /** CircleCI organization id (UUID), from Organization Settings. */
  readonly organizationId: string;
  /** CircleCI project id (UUID), from Project Settings. */
  readonly projectId: string;
  /** Repository as `host/owner/name`, as it stands in the token's `vcs-origin`. */
  readonly repository: string;
}

export const site: Site = {
  project: 'webshop',
  region: 'eu-central-1',
  allowedAccountIds: [],
  stateBucket: 'example-org-webshop-terraform-state',
  bucketPrefix: 'example-org-webshop',
  accountBudgetUsd: 60,
  billingEmail: 'billing@example.org',
  ci: {
    organizationId: '00000000-0000-4000-8000-000000000001',
    projectId: '00000000-0000-4000-8000-000000000002',
    repository: 'github.com/example-org/webshop',
  },
};
