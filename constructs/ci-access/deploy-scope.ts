/** The environment that a deploy role is for, and how its things are called in AWS. */
export interface DeployScope {
  /** Project, the first part of every name, e.g. `webshop`. */
  readonly name: string;
  /** Environment, the second part, e.g. `prod`. */
  readonly environment: string;
  /** Domain of the environment. */
  readonly domain: string;
  readonly region: string;
  readonly accountId: string;
  /** First part of the names of the environment's buckets, e.g. `example-org-webshop-prod`. */
  readonly bucketPrefix: string;
  readonly stateBucketArn: string;
}

/** ARN in the account. */
export function arn(scope: DeployScope, service: string, resource: string, region = scope.region): string {
  return `arn:aws:${service}:${region}:${scope.accountId}:${resource}`;
}

/** ARNs of what carries the environment's name alone or as first part: `webshop-prod` and `webshop-prod-...`. */
export function ownArns(scope: DeployScope, service: string, kinds: readonly string[], region?: string): string[] {
  const own = `${scope.name}-${scope.environment}`;
  return kinds.flatMap(kind => [
    arn(scope, service, `${kind}${own}`, region),
    arn(scope, service, `${kind}${own}-*`, region),
  ]);
}
