/**
 * What the bucket of the Terraform states must be, and how to get there without undoing what somebody added.
 *
 * States hold passwords, so the bucket is private and encrypted; a broken state is got back from an older version.
 */

/** A bucket policy as far as it is looked at; statements of others are kept as they are. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement?: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly [element: string]: unknown;
}

/** A lifecycle rule; rules of others are kept as they are. */
export interface LifecycleRule {
  readonly ID?: string | undefined;
  readonly Status?: string | undefined;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays?: number | undefined } | undefined;
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number | undefined } | undefined;
  readonly Expiration?: { readonly ExpiredObjectDeleteMarker?: boolean | undefined } | undefined;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const TLS_ONLY = 'DenyWithoutTls';

/** Requests without TLS are refused, whoever makes them. */
export function tlsOnlyStatement(bucket: string): PolicyStatement {
  return {
    Sid: TLS_ONLY,
    Effect: 'Deny',
    Principal: '*',
    // Every action: this statement only forbids.
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/** The policy with the TLS statement in it, or undefined when it is there already. */
export function policyWithTlsOnly(bucket: string, policy: PolicyDocument | undefined): PolicyDocument | undefined {
  const wanted = tlsOnlyStatement(bucket);
  const statements = policy?.Statement ?? [];
  if (statements.some(statement => same(statement, wanted))) return undefined;
  const others = statements.filter(statement => statement.Sid !== TLS_ONLY);
  return { Version: policy?.Version ?? '2012-10-17', Statement: [...others, wanted] };
}

/**
 * Old versions go after 90 days: long enough to notice a broken state. Each plan leaves the delete marker of its lock
 * file, and those go when nothing is left behind them.
 */
export const EXPIRY_RULE = {
  ID: 'expire-old-states',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  NoncurrentVersionExpiration: { NoncurrentDays: 90 },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
  Expiration: { ExpiredObjectDeleteMarker: true },
} as const;

/** The rules with the expiry in them, or undefined when it is there already. */
export function rulesWithExpiry<Rule extends LifecycleRule>(
  rules: readonly Rule[],
): readonly (Rule | typeof EXPIRY_RULE)[] | undefined {
  const mine = rules.find(rule => rule.ID === EXPIRY_RULE.ID);
  const set =
    mine?.Status === EXPIRY_RULE.Status &&
    mine.NoncurrentVersionExpiration?.NoncurrentDays === EXPIRY_RULE.NoncurrentVersionExpiration.NoncurrentDays &&
    mine.AbortIncompleteMultipartUpload?.DaysAfterInitiation ===
      EXPIRY_RULE.AbortIncompleteMultipartUpload.DaysAfterInitiation &&
    mine.Expiration?.ExpiredObjectDeleteMarker === true;
  return set ? undefined : [...rules.filter(rule => rule !== mine), EXPIRY_RULE];
}

/** The tags with the wanted ones in them, or undefined when they are there already. */
export function tagsWith(wanted: readonly Tag[], tags: readonly Tag[]): readonly Tag[] | undefined {
  const missing = wanted.filter(tag => !tags.some(({ Key, Value }) => Key === tag.Key && Value === tag.Value));
  if (missing.length === 0) return undefined;
  return [...tags.filter(({ Key }) => !missing.some(tag => tag.Key === Key)), ...missing];
}

/** Whether two statements say the same; the order of their elements does not matter. */
function same(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
