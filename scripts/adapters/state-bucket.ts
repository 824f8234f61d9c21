import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { parseStateLock, type StateLock } from '../domain/doctor/state-lock';
import { SlipwayError } from '../domain/slipway-error';
import type { AwsClients } from './aws-clients';
import { awsErrorName, explainAwsError } from './aws-error';
import { type BucketProperty, bucketProperties } from './bucket-properties';

export interface StateBucketOptions {
  readonly name: string;
  /** Account that must own it. */
  readonly account: string;
  /** Value of the tag `Project`. */
  readonly project: string;
}

/** The only region in which a bucket must be made without saying so. */
const NO_LOCATION_CONSTRAINT = 'us-east-1';

/** The bucket that holds the Terraform states. */
export class StateBucket {
  readonly properties: readonly BucketProperty[];
  private readonly s3: S3Client;
  private readonly target: { readonly Bucket: string; readonly ExpectedBucketOwner: string };

  constructor(
    private readonly clients: AwsClients,
    private readonly options: StateBucketOptions,
  ) {
    this.s3 = clients.s3();
    this.target = { Bucket: options.name, ExpectedBucketOwner: options.account };
    this.properties = bucketProperties(this.s3, this.target, [
      { Key: 'Project', Value: options.project },
      { Key: 'ManagedBy', Value: 'slipway' },
    ]).map(property => ({ ...property, difference: () => this.explained(property) }));
  }

  /** @throws SlipwayError when the name belongs to another account or the bucket to another region */
  async exists(): Promise<boolean> {
    try {
      await this.s3.send(new HeadBucketCommand(this.target));
      return true;
    } catch (error) {
      switch (awsErrorName(error)) {
        case 'NotFound':
        case 'NoSuchBucket':
        case '404':
          return false;
        case 'Forbidden':
        case 'AccessDenied':
        case '403':
          throw this.taken();
        case 'PermanentRedirect':
        case '301':
          throw this.elsewhere();
        default:
          throw explainAwsError(error, `looking for bucket ${this.options.name}`);
      }
    }
  }

  async create(): Promise<void> {
    const { region } = this.clients;
    const constraint = region as BucketLocationConstraint;
    try {
      await this.s3.send(
        new CreateBucketCommand({
          Bucket: this.options.name,
          ObjectOwnership: 'BucketOwnerEnforced',
          ...(region !== NO_LOCATION_CONSTRAINT && { CreateBucketConfiguration: { LocationConstraint: constraint } }),
        }),
      );
    } catch (error) {
      const name = awsErrorName(error);
      // Somebody else's `bootstrap` of the same account was a moment faster.
      if (name === 'BucketAlreadyOwnedByYou') return;
      throw name === 'BucketAlreadyExists'
        ? this.taken()
        : explainAwsError(error, `making bucket ${this.options.name}`);
    }
  }

  /** Who holds the lock of a state; undefined when nobody does. */
  async lockOf(stateKey: string): Promise<StateLock | undefined> {
    try {
      const answer = await this.s3.send(new GetObjectCommand({ ...this.target, Key: `${stateKey}.tflock` }));
      return parseStateLock((await answer.Body?.transformToString()) ?? '');
    } catch (error) {
      if (awsErrorName(error) === 'NoSuchKey') return undefined;
      throw explainAwsError(error, `looking for the lock of ${stateKey}`);
    }
  }

  private async explained(property: BucketProperty): Promise<(() => Promise<unknown>) | undefined> {
    const { name } = this.options;
    try {
      const repair = await property.difference();
      if (!repair) return undefined;
      return async () => {
        try {
          return await repair();
        } catch (error) {
          throw explainAwsError(error, `setting "${property.name}" of bucket ${name}`);
        }
      };
    } catch (error) {
      throw explainAwsError(error, `reading "${property.name}" of bucket ${name}`);
    }
  }

  private taken(): SlipwayError {
    return new SlipwayError(
      `bucket ${this.options.name} belongs to another account, or account ${this.options.account} may not read it; ` +
        'choose another stateBucket in stacks/environments/site.ts',
    );
  }

  private elsewhere(): SlipwayError {
    return new SlipwayError(
      `bucket ${this.options.name} is not in ${this.clients.region}; ` +
        'set region to that of the bucket, or choose another stateBucket, in stacks/environments/site.ts',
    );
  }
}
