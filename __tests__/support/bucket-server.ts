import { type AwsAnswer, type AwsRequest, callerIdentity, s3Error } from './aws-server';

/** S3's name for "this was never set". */
const ABSENT: Readonly<Record<string, string>> = {
  publicAccessBlock: 'NoSuchPublicAccessBlockConfiguration',
  ownershipControls: 'OwnershipControlsNotFoundError',
  encryption: 'ServerSideEncryptionConfigurationNotFoundError',
  policy: 'NoSuchBucketPolicy',
  lifecycle: 'NoSuchLifecycleConfiguration',
  tagging: 'NoSuchTagSet',
};

/** STS and S3 with one bucket, as far as `slipway bootstrap` asks: what is put is what is got. */
export class BucketServer {
  exists = false;
  readonly properties = new Map<string, string>();

  readonly answer = ({ method, path, body }: AwsRequest): AwsAnswer => {
    if (body.includes('GetCallerIdentity')) return callerIdentity('123456789012');
    const property = [...new URL(path, 'http://s3').searchParams.keys()].find(key => !key.startsWith('x-'));
    if (method === 'HEAD') return { status: this.exists ? 200 : 404 };
    if (property === undefined) return this.create();
    if (!this.exists) return s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
    return method === 'PUT' ? this.put(property, body) : this.get(property);
  };

  private create(): AwsAnswer {
    this.exists = true;
    return { status: 200 };
  }

  private put(property: string, body: string): AwsAnswer {
    this.properties.set(property, body);
    return { status: 200 };
  }

  private get(property: string): AwsAnswer {
    const body = this.properties.get(property);
    if (body !== undefined) return { status: 200, body };
    if (property === 'versioning') return { status: 200, body: '<VersioningConfiguration/>' };
    return s3Error(404, ABSENT[property] ?? property, 'was never set');
  }
}
