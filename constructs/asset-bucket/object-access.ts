import { InvalidValueError } from '../invalid-value';

/** Everything in the bucket. */
export const WHOLE_BUCKET = '';

/** A statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/**
 * Checks a prefix that access is granted to. It must be a folder (`uploads/`), as `uploads` would open `uploads-private/` too;
 * and it must be literal, as `*`, `?` and `${` mean something else in a policy.
 *
 * @throws InvalidValueError for a prefix that grants something else than its reader thinks
 */
export function checkPrefix(prefix: string): void {
  if (prefix === WHOLE_BUCKET || /^[A-Za-z0-9!_.'()-][A-Za-z0-9!_.'()/-]*\/$/.test(prefix)) return;
  const allowed = 'a folder of letters, digits and hyphens that ends with a slash';
  throw new InvalidValueError('bucket prefix', prefix, allowed, 'write it like uploads/');
}

/** Lets a role use the objects under some prefixes with the given actions, and see names under those prefixes only. */
export function objectAccess(bucketArn: string, prefixes: readonly string[], actions: readonly string[]): Statement[] {
  const everything = prefixes.includes(WHOLE_BUCKET);
  const granted = everything ? [WHOLE_BUCKET] : prefixes;
  const list: Statement = { Sid: 'ListNames', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: bucketArn };
  return [
    everything ? list : { ...list, Condition: { StringLike: { 's3:prefix': granted.map(prefix => `${prefix}*`) } } },
    { Sid: 'UseObjects', Effect: 'Allow', Action: actions, Resource: granted.map(prefix => `${bucketArn}/${prefix}*`) },
  ];
}
