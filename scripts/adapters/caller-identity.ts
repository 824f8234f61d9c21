import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { SlipwayError } from '../domain/slipway-error';
import type { AwsClients } from './aws-clients';
import { explainAwsError } from './aws-error';

/** Whom the credentials belong to. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

/** Asks AWS whom the credentials belong to: the first call of a verb, so that a wrong account is found before a change. */
export async function callerIdentity(clients: AwsClients): Promise<CallerIdentity> {
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
