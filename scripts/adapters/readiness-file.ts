import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SlipwayError } from '../domain/slipway-error';
import type { AwsClients } from './aws-clients';
import { awsErrorName, explainAwsError } from './aws-error';

/** Reads what a node says about its boot; undefined as long as it has said nothing. */
export interface ReadinessFile {
  readonly location: string;
  read(): Promise<string | undefined>;
}

/** `nodes/<instance id>/readiness.json` in the node's bucket. */
export class S3ReadinessFile implements ReadinessFile {
  readonly location: string;
  private readonly key: string;

  constructor(
    private readonly clients: AwsClients,
    private readonly bucket: string,
    instanceId: string,
  ) {
    this.key = `nodes/${instanceId}/readiness.json`;
    this.location = `s3://${bucket}/${this.key}`;
  }

  async read(): Promise<string | undefined> {
    try {
      const answer = await this.clients.s3().send(new GetObjectCommand({ Bucket: this.bucket, Key: this.key }));
      return await answer.Body?.transformToString();
    } catch (error) {
      const name = awsErrorName(error);
      if (name === 'NoSuchKey') return undefined;
      if (name === 'NoSuchBucket') throw new SlipwayError(`bucket ${this.bucket} does not exist; correct --bucket`);
      throw explainAwsError(error, `reading ${this.location}`);
    }
  }
}
