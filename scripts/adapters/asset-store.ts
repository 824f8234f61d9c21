import { readFile } from 'node:fs/promises';
import type * as S3 from '@aws-sdk/client-s3';
import type { AssetObject } from '../domain/assets/asset-file';
import type { StoredObject } from '../domain/assets/asset-set';
import { type AwsClients, explainAwsError } from './aws-clients';
import { awsErrorName } from './aws-error';

/** What a bucket has of an object. */
export interface AssetHead {
  readonly bytes: number;
  /** 64 hexadecimal digits; undefined when somebody else has uploaded it. */
  readonly sha256: string | undefined;
  readonly contentType: string | undefined;
  readonly cacheControl: string | undefined;
}

const DELETE_AT_ONCE = 1000;
const SETS_CACHE = 'no-store';

/** The bucket of an environment's assets. */
export class AssetStore {
  constructor(
    private readonly aws: AwsClients,
    readonly bucket: string,
  ) {}

  /** Undefined when there is no such object. */
  async head(key: string): Promise<AssetHead | undefined> {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    try {
      const question = { Bucket: this.bucket, Key: key, ChecksumMode: 'ENABLED' } as const;
      const found = await this.aws.s3().send(new HeadObjectCommand(question));
      const sum = found.ChecksumSHA256;
      return {
        bytes: found.ContentLength ?? 0,
        sha256: sum === undefined ? undefined : Buffer.from(sum, 'base64').toString('hex'),
        contentType: found.ContentType,
        cacheControl: found.CacheControl,
      };
    } catch (error) {
      if (['NotFound', 'NoSuchKey', '404'].includes(awsErrorName(error))) return undefined;
      throw explainAwsError(error, `looking at ${key} in ${this.bucket}`);
    }
  }

  /** Uploads a file; S3 refuses what arrives with another checksum. */
  put(object: AssetObject): Promise<void> {
    const { key, file, sha256, contentType, cacheControl } = object;
    return this.calling(`uploading ${key} to ${this.bucket}`, async ({ PutObjectCommand }) => {
      const put = new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: await readFile(file),
        ChecksumAlgorithm: 'SHA256',
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
        ContentType: contentType,
        CacheControl: cacheControl,
      });
      await this.aws.s3().send(put);
    });
  }

  write(key: string, json: unknown): Promise<void> {
    return this.calling(`writing ${key} to ${this.bucket}`, async ({ PutObjectCommand }) => {
      const content = { Body: JSON.stringify(json), ContentType: 'application/json', CacheControl: SETS_CACHE };
      await this.aws.s3().send(new PutObjectCommand({ Bucket: this.bucket, Key: key, ...content }));
    });
  }

  read(key: string): Promise<string> {
    return this.calling(`reading ${key} in ${this.bucket}`, async ({ GetObjectCommand }) => {
      const { Body: body } = await this.aws.s3().send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return (await body?.transformToString()) ?? '';
    });
  }

  list(prefix: string): Promise<StoredObject[]> {
    return this.calling(`listing ${prefix} in ${this.bucket}`, async ({ paginateListObjectsV2 }) => {
      const found: StoredObject[] = [];
      const question = { Bucket: this.bucket, Prefix: prefix };
      for await (const { Contents: contents = [] } of paginateListObjectsV2({ client: this.aws.s3() }, question)) {
        found.push(...contents.map(one => ({ key: one.Key ?? '', changedAt: one.LastModified ?? new Date(0) })));
      }
      return found;
    });
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.calling(`removing files of ${this.bucket}`, async ({ DeleteObjectsCommand }) => {
      for (let from = 0; from < keys.length; from += DELETE_AT_ONCE) {
        const objects = keys.slice(from, from + DELETE_AT_ONCE).map(key => ({ Key: key }));
        const command = new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects: objects, Quiet: true } });
        const { Errors: [error] = [] } = await this.aws.s3().send(command);
        if (error) throw Object.assign(new Error(error.Message), { name: error.Code ?? 'Error' });
      }
    });
  }

  private async calling<T>(what: string, work: (s3: typeof S3) => Promise<T>): Promise<T> {
    try {
      return await work(await import('@aws-sdk/client-s3'));
    } catch (error) {
      throw explainAwsError(error, what);
    }
  }
}
