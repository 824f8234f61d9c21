/**
 * List prices of AWS in eu-central-1, in USD without tax, on demand.
 *
 * Each has its unit in the name and a mark of where it comes from:
 * B = read on a real bill of June 2026, F = stated in public price fixtures, L = AWS's public price pages, not on a bill.
 */
export interface Price {
  readonly usd: number;
  readonly source: 'B' | 'F' | 'L';
}

export const PRICED_REGION = 'eu-central-1';
export const PRICED_ON = '2026-08-01';

/** AWS's own convention for a month of an hourly price. */
export const HOURS_PER_MONTH = 730;

/** EC2 instance types, Linux, per hour. */
export const instancePerHour: Readonly<Record<string, Price>> = {
  't3.micro': { usd: 0.012, source: 'L' },
  't3.small': { usd: 0.024, source: 'L' },
  't3.medium': { usd: 0.048, source: 'L' },
  't4g.micro': { usd: 0.0096, source: 'L' },
  't4g.small': { usd: 0.0192, source: 'L' },
  't4g.medium': { usd: 0.0384, source: 'L' },
};

/** RDS MySQL instance classes, one availability zone, per hour. All listed have two virtual processors. */
export const databasePerHour: Readonly<Record<string, Price>> = {
  'db.t4g.micro': { usd: 0.0185, source: 'B' },
  'db.t4g.small': { usd: 0.037, source: 'L' },
  'db.t4g.medium': { usd: 0.074, source: 'L' },
};

export const DATABASE_PROCESSORS = 2;

export const perHour = {
  publicIpv4: { usd: 0.005, source: 'B' },
  natGateway: { usd: 0.052, source: 'F' },
  interfaceEndpointPerZone: { usd: 0.012, source: 'L' },
  applicationLoadBalancer: { usd: 0.027, source: 'B' },
  extendedSupportPerProcessor: { usd: 0.1, source: 'L' },
} as const satisfies Record<string, Price>;

export const perMonth = {
  gp3PerGiB: { usd: 0.0952, source: 'F' },
  databaseGp3PerGiB: { usd: 0.137, source: 'B' },
  hostedZone: { usd: 0.5, source: 'B' },
  secret: { usd: 0.4, source: 'B' },
  customerKey: { usd: 1, source: 'B' },
  advancedParameter: { usd: 0.05, source: 'L' },
  customMetric: { usd: 0.3, source: 'B' },
  alarm: { usd: 0.1, source: 'L' },
  healthCheck: { usd: 0.5, source: 'L' },
  healthCheckOption: { usd: 1, source: 'L' },
  webAcl: { usd: 5, source: 'L' },
  webAclRule: { usd: 1, source: 'L' },
} as const satisfies Record<string, Price>;

/** Alarms of an account that cost nothing. */
export const FREE_ALARMS = 10;

/** Metrics that detailed monitoring of one instance adds. */
export const DETAILED_METRICS = 7;

/** What is billed by use cannot be read from code: a stated allowance for a small site, once a stack. */
export const allowances: Readonly<Record<string, { readonly what: string; readonly usd: number }>> = {
  aws_s3_bucket: { what: 'allowance: 10 GB in S3 and its requests', usd: 0.25 },
  aws_sesv2_email_identity: { what: 'allowance: 5,000 mails', usd: 0.5 },
  aws_cloudwatch_log_group: { what: 'allowance: 1 GB of logs', usd: 0.63 },
};
