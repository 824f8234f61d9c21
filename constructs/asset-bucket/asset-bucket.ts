import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { InvalidValueError } from '../invalid-value';
import { checkBucketName } from './bucket-name';
import { checkPrefix, objectAccess, WHOLE_BUCKET } from './object-access';

export interface AssetBucketProps {
  /** Name of the bucket, unique in all of AWS. */
  readonly bucketName: string;
  /** `true`: Terraform refuses to destroy it. `false`: a destroy empties it first. */
  readonly protect: boolean;
  /**
   * Days that an overwritten or deleted version can still be brought back.
   *
   * @default 30
   */
  readonly noncurrentDays?: number;
}

/** Deletes leave a version behind. The right to remove versions is not among them, so a stolen role cannot destroy for good. */
const READ_WRITE = [
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];

/**
 * A private bucket for files that the node must not hold: uploads and published assets.
 *
 * Encrypted, versioned, closed to the public in every way S3 knows, and refusing connections without TLS. A file that was
 * overwritten or deleted by mistake can be brought back for `noncurrentDays`.
 *
 * Cost: about 0.0245 USD per GB and month (eu-central-1), old versions included; nothing while it is empty.
 *
 * @example
 * const assets = new AssetBucket(this, 'Assets', { bucketName: 'example-org-webshop-prod-assets', protect: true });
 * assets.grantReadWrite(node.role, 'uploads/');
 */
export class AssetBucket extends Construct {
  readonly name: string;
  readonly arn: string;

  private readonly granted = new Map<IamRole, Set<string>>();
  private readonly bucketName: string;

  constructor(scope: Construct, id: string, props: AssetBucketProps) {
    super(scope, id);
    const { bucketName, protect, noncurrentDays = 30 } = props;
    checkBucketName(bucketName);
    if (!Number.isInteger(noncurrentDays) || noncurrentDays < 1) {
      const next = 'write the days that a deleted file should stay recoverable, e.g. 30';
      throw new InvalidValueError('noncurrentDays', noncurrentDays, 'a whole number from 1', next);
    }

    const bucket = new S3Bucket(this, 'Resource', {
      bucket: bucketName,
      forceDestroy: !protect,
      tags: { Name: bucketName },
      ...(protect && { lifecycle: { preventDestroy: true } }),
    });
    this.bucketName = bucketName;
    this.name = bucket.id;
    this.arn = bucket.arn;
    this.close(bucket);
    this.keepVersions(bucket, noncurrentDays);
  }

  /**
   * Lets the role read, write and delete objects, and list their names. Deleted and overwritten versions stay out of its reach.
   * Several prefixes for one role add up.
   *
   * @param prefix folder that the role is limited to, e.g. `uploads/`; the whole bucket without it
   */
  grantReadWrite(role: IamRole, prefix: string = WHOLE_BUCKET): void {
    checkPrefix(prefix);
    const before = this.granted.get(role);
    if (before) {
      before.add(prefix);
      return;
    }
    const prefixes = new Set([prefix]);
    this.granted.set(role, prefixes);
    // Beneath the role, so that buckets granting to several roles and roles using several buckets never meet in an id.
    new IamRolePolicy(role, this.node.id, {
      role: role.id,
      name: `${this.bucketName}-read-write`,
      policy: Lazy.stringValue({
        produce: () =>
          JSON.stringify({ Version: '2012-10-17', Statement: objectAccess(this.arn, [...prefixes], READ_WRITE) }),
      }),
    });
  }

  private close(bucket: S3Bucket): void {
    const block = new S3BucketPublicAccessBlock(this, 'PublicAccessBlock', {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'OwnershipControls', {
      bucket: bucket.id,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    new S3BucketPolicy(this, 'Policy', {
      bucket: bucket.id,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            // A refusal, so the wildcards take away: nobody may do anything over a connection that can be read.
            Sid: 'WildcardDenyWithoutTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [bucket.arn, `${bucket.arn}/*`],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      }),
      // S3 answers 409 when both are written at the same time.
      dependsOn: [block],
    });
  }

  private keepVersions(bucket: S3Bucket, noncurrentDays: number): void {
    const versioning = new S3BucketVersioningA(this, 'Versioning', {
      bucket: bucket.id,
      versioningConfiguration: { status: 'Enabled' },
    });
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket: bucket.id,
      rule: [
        {
          id: 'abort-incomplete-uploads',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        {
          id: 'expire-old-versions',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          noncurrentVersionExpiration: [{ noncurrentDays }],
          // A delete leaves a marker, which outlives the last version unless it is told to go.
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
      ],
      dependsOn: [versioning],
    });
  }
}
