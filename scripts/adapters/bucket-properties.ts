import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  policyWithTlsOnly,
  type PolicyDocument,
  rulesWithExpiry,
  type Tag,
  tagsWith,
} from '../domain/bootstrap/state-bucket';
import { awsErrorName } from './aws-error';

/** Sends the request that sets a property. */
export type Repair = () => Promise<unknown>;

/** One thing that the bucket must be. */
export interface BucketProperty {
  readonly name: string;
  /** Reads the property; answers nothing when it is as it must be, else how to make it so. */
  difference(): Promise<Repair | undefined>;
}

/** The bucket, and the account that must own it: S3 refuses every request when somebody else does. */
export interface BucketTarget {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

const BLOCK_ALL = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** Everything that the bucket of the Terraform states must be, in the order in which a new one is made so. */
export function bucketProperties(s3: S3Client, target: BucketTarget, tags: readonly Tag[]): readonly BucketProperty[] {
  return [
    { name: 'private', difference: () => publicAccess(s3, target) },
    { name: 'owner of all objects', difference: () => ownership(s3, target) },
    { name: 'versioned', difference: () => versioning(s3, target) },
    { name: 'encrypted', difference: () => encryption(s3, target) },
    { name: 'TLS only', difference: () => tlsOnly(s3, target) },
    { name: 'old versions expire', difference: () => lifecycle(s3, target) },
    { name: 'tags', difference: () => tagging(s3, target, tags) },
  ];
}

async function publicAccess(s3: S3Client, target: BucketTarget): Promise<Repair | undefined> {
  const answer = await existing(
    'NoSuchPublicAccessBlockConfiguration',
    s3.send(new GetPublicAccessBlockCommand(target)),
  );
  const block = answer?.PublicAccessBlockConfiguration;
  const blocked =
    block?.BlockPublicAcls && block.IgnorePublicAcls && block.BlockPublicPolicy && block.RestrictPublicBuckets;
  if (blocked) return undefined;
  return () => s3.send(new PutPublicAccessBlockCommand({ ...target, PublicAccessBlockConfiguration: BLOCK_ALL }));
}

async function ownership(s3: S3Client, target: BucketTarget): Promise<Repair | undefined> {
  const answer = await existing(
    'OwnershipControlsNotFoundError',
    s3.send(new GetBucketOwnershipControlsCommand(target)),
  );
  const wanted = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
  if (answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership === wanted.Rules[0]?.ObjectOwnership) return undefined;
  return () => s3.send(new PutBucketOwnershipControlsCommand({ ...target, OwnershipControls: wanted }));
}

async function versioning(s3: S3Client, target: BucketTarget): Promise<Repair | undefined> {
  const { Status: status } = await s3.send(new GetBucketVersioningCommand(target));
  if (status === 'Enabled') return undefined;
  return () => s3.send(new PutBucketVersioningCommand({ ...target, VersioningConfiguration: { Status: 'Enabled' } }));
}

/** Any encryption will do: a bucket with a key of its own is better than what is set here, and stays so. */
async function encryption(s3: S3Client, target: BucketTarget): Promise<Repair | undefined> {
  const answer = await existing(
    'ServerSideEncryptionConfigurationNotFoundError',
    s3.send(new GetBucketEncryptionCommand(target)),
  );
  const [rule] = answer?.ServerSideEncryptionConfiguration?.Rules ?? [];
  if (rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm) return undefined;
  const wanted = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }] };
  return () => s3.send(new PutBucketEncryptionCommand({ ...target, ServerSideEncryptionConfiguration: wanted }));
}

async function tlsOnly(s3: S3Client, target: BucketTarget): Promise<Repair | undefined> {
  const answer = await existing('NoSuchBucketPolicy', s3.send(new GetBucketPolicyCommand(target)));
  const policy = answer?.Policy === undefined ? undefined : (JSON.parse(answer.Policy) as PolicyDocument);
  const wanted = policyWithTlsOnly(target.Bucket, policy);
  return wanted && (() => s3.send(new PutBucketPolicyCommand({ ...target, Policy: JSON.stringify(wanted) })));
}

async function lifecycle(s3: S3Client, target: BucketTarget): Promise<Repair | undefined> {
  const command = new GetBucketLifecycleConfigurationCommand(target);
  const answer = await existing('NoSuchLifecycleConfiguration', s3.send(command));
  const rules = rulesWithExpiry(answer?.Rules ?? []);
  if (!rules) return undefined;
  const configuration = { Rules: [...rules] };
  return () =>
    s3.send(new PutBucketLifecycleConfigurationCommand({ ...target, LifecycleConfiguration: configuration }));
}

async function tagging(s3: S3Client, target: BucketTarget, wanted: readonly Tag[]): Promise<Repair | undefined> {
  const answer = await existing('NoSuchTagSet', s3.send(new GetBucketTaggingCommand(target)));
  const current = (answer?.TagSet ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }));
  const tags = tagsWith(wanted, current);
  return tags && (() => s3.send(new PutBucketTaggingCommand({ ...target, Tagging: { TagSet: [...tags] } })));
}

/** S3 answers a property that was never set with an error of its own name. */
async function existing<T>(absent: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (awsErrorName(error) === absent) return undefined;
    throw error;
  }
}
