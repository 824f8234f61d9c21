import { Token } from 'cdktf';
import { InvalidValueError } from '../invalid-value';

/** Beginnings and endings that S3 keeps for its own kinds of buckets and access points. */
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|--x-s3|--table-s3)$/;

/**
 * Checks a bucket name against the rules of S3, minus dots: with a dot in its name a bucket's own host name
 * is outside the wildcard of its TLS certificate.
 *
 * @throws InvalidValueError for a name that S3 would refuse in the middle of a deployment
 */
export function checkBucketName(name: string): void {
  if (Token.isUnresolved(name)) return;
  const next = 'names are unique in all of AWS, so begin with your organization, e.g. example-org-webshop-prod-assets';
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) {
    const allowed = '3 to 63 lower case letters, digits and hyphens, with a letter or digit at both ends';
    throw new InvalidValueError('bucket name', name, allowed, next);
  }
  if (RESERVED.test(name)) {
    throw new InvalidValueError('bucket name', name, 'a name without a beginning or ending that S3 reserves', next);
  }
}
