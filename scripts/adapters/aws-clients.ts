import { createRequire } from 'node:module';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SESClient } from '@aws-sdk/client-ses';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Context } from '../commands/context';
import { SlipwayError } from '../domain/slipway-error';
import { site } from '../../stacks/environments/site';
import { explainAwsError } from './aws-error';

export { explainAwsError } from './aws-error';

/** One client a service, made when it is first asked for. */
export interface AwsClients {
  readonly region: string;
  /** Whether AWS is an emulator on this machine rather than the real one. */
  readonly emulated: boolean;
  s3(): S3Client;
  sts(): STSClient;
  ses(): SESClient;
  sesv2(): SESv2Client;
  route53(): Route53Client;
  ec2(): EC2Client;
}

/** Who the credentials belong to. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
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
  // All six packages together take longer to load than most commands to run; each is loaded by who needs it first.
  const load = createRequire(__filename);
  return {
    region: settings.region,
    emulated: Boolean(endpoint),
    // An emulator answers under one host name, so a bucket cannot be part of it.
    s3: once(() => {
      const { S3Client } = load('@aws-sdk/client-s3') as typeof import('@aws-sdk/client-s3');
      return new S3Client({ ...settings, forcePathStyle: Boolean(endpoint) });
    }),
    sts: once(() => {
      const { STSClient } = load('@aws-sdk/client-sts') as typeof import('@aws-sdk/client-sts');
      return new STSClient(settings);
    }),
    ses: once(() => {
      const { SESClient } = load('@aws-sdk/client-ses') as typeof import('@aws-sdk/client-ses');
      return new SESClient(settings);
    }),
    sesv2: once(() => {
      const { SESv2Client } = load('@aws-sdk/client-sesv2') as typeof import('@aws-sdk/client-sesv2');
      return new SESv2Client(settings);
    }),
    route53: once(() => {
      const { Route53Client } = load('@aws-sdk/client-route-53') as typeof import('@aws-sdk/client-route-53');
      return new Route53Client(settings);
    }),
    ec2: once(() => {
      const { EC2Client } = load('@aws-sdk/client-ec2') as typeof import('@aws-sdk/client-ec2');
      return new EC2Client(settings);
    }),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Asks AWS whom the credentials belong to: the first call of a verb, so that a wrong account is found before a change. */
export async function callerIdentity(clients: AwsClients): Promise<CallerIdentity> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  try {
    const { Account: account = '', Arn: arn = '' } = await clients.sts().send(new GetCallerIdentityCommand({}));
    return { account, arn };
  } catch (error) {
    throw explainAwsError(error, 'asking whom the credentials belong to');
  }
}

/** @throws SlipwayError when the credentials belong to an account that is not on the site's list; an empty list allows any */
export function assertAllowedAccount(identity: CallerIdentity, allowedAccountIds: readonly string[]): void {
  if (allowedAccountIds.length === 0 || allowedAccountIds.includes(identity.account)) return;
  throw new SlipwayError(
    `wrong account: the credentials belong to ${identity.account} (${identity.arn}), ` +
      `allowed is ${allowedAccountIds.join(', ')}; set AWS_PROFILE, or edit stacks/environments/site.ts`,
  );
}
