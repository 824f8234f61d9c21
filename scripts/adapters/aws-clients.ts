import { createRequire } from 'node:module';
import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Rds from '@aws-sdk/client-rds';
import type * as Route53 from '@aws-sdk/client-route-53';
import type * as S3 from '@aws-sdk/client-s3';
import type * as Ses from '@aws-sdk/client-ses';
import type * as SesV2 from '@aws-sdk/client-sesv2';
import type * as Ssm from '@aws-sdk/client-ssm';
import type * as Sts from '@aws-sdk/client-sts';
import type { Context } from '../commands/context';
import { site } from '../../stacks/environments/site';

export { explainAwsError } from './aws-error';

/** One client a service, made when it is first asked for. */
export interface AwsClients {
  readonly region: string;
  /** Whether AWS is an emulator on this machine rather than the real one. */
  readonly emulated: boolean;
  s3(): S3.S3Client;
  ssm(): Ssm.SSMClient;
  sts(): Sts.STSClient;
  ses(): Ses.SESClient;
  sesv2(): SesV2.SESv2Client;
  route53(): Route53.Route53Client;
  ec2(): Ec2.EC2Client;
  rds(): Rds.RDSClient;
}

/** A person waits for the answer: two tries are enough to get over a lost packet. */
const MAX_ATTEMPTS = 2;
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 20_000 };

/**
 * Clients for the AWS that the environment points to.
 *
 * @param region  the region to use. @default AWS_REGION, else the site's region
 */
export function awsClients(context: Pick<Context, 'env'>, region?: string): AwsClients {
  const endpoint = context.env['AWS_ENDPOINT_URL'];
  const settings = {
    region: region ?? context.env['AWS_REGION'] ?? site.region,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: TIMEOUTS,
    ...(endpoint && { endpoint }),
  };
  // All packages together take longer to load than most commands to run; each is loaded by who needs it first.
  const load = createRequire(__filename);
  return {
    region: settings.region,
    emulated: Boolean(endpoint),
    // An emulator answers under one host name, so a bucket cannot be part of it.
    s3: once(() => {
      const { S3Client } = load('@aws-sdk/client-s3') as typeof S3;
      return new S3Client({ ...settings, forcePathStyle: Boolean(endpoint) });
    }),
    ssm: once(() => {
      const { SSMClient } = load('@aws-sdk/client-ssm') as typeof Ssm;
      return new SSMClient(settings);
    }),
    sts: once(() => {
      const { STSClient } = load('@aws-sdk/client-sts') as typeof Sts;
      return new STSClient(settings);
    }),
    ses: once(() => {
      const { SESClient } = load('@aws-sdk/client-ses') as typeof Ses;
      return new SESClient(settings);
    }),
    sesv2: once(() => {
      const { SESv2Client } = load('@aws-sdk/client-sesv2') as typeof SesV2;
      return new SESv2Client(settings);
    }),
    route53: once(() => {
      const { Route53Client } = load('@aws-sdk/client-route-53') as typeof Route53;
      return new Route53Client(settings);
    }),
    ec2: once(() => {
      const { EC2Client } = load('@aws-sdk/client-ec2') as typeof Ec2;
      return new EC2Client(settings);
    }),
    rds: once(() => {
      const { RDSClient } = load('@aws-sdk/client-rds') as typeof Rds;
      return new RDSClient(settings);
    }),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
