import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SlipwayError } from '../domain/slipway-error';
import type { AwsClients } from './aws-clients';
import { awsErrorName, explainAwsError } from './aws-error';

/** The key that a node wrote into its vault when it booted: what it must show to whoever connects. */
export async function readHostKey(clients: AwsClients, vault: string, instanceId: string): Promise<string> {
  const key = `nodes/${instanceId}/ssh_host_ed25519_key.pub`;
  try {
    const { Body } = await clients.s3().send(new GetObjectCommand({ Bucket: vault, Key: key }));
    return ((await Body?.transformToString()) ?? '').trim();
  } catch (error) {
    if (awsErrorName(error) !== 'NoSuchKey') throw explainAwsError(error, `reading s3://${vault}/${key}`);
    throw new SlipwayError(`the node ${instanceId} has not said its host key yet; wait for it: slipway doctor`);
  }
}
