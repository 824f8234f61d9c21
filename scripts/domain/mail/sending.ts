import { type Finding, notOk, ok } from '../doctor/finding';
import type { MailAccount } from './mail-facts';

/** From this part of the quota on, a busy day may end without mail. */
const QUOTA_WARNING = 0.8;

/** Whether SES sends for this account at all, and how much is left of the day. */
export function checkSending(account: MailAccount): readonly Finding[] {
  return [checkEnabled(account), checkQuota(account)];
}

function checkEnabled({ sendingEnabled, enforcement }: MailAccount): Finding {
  const detail = `sending is ${sendingEnabled ? 'enabled' : 'switched off'}, the account is ${enforcement}`;
  if (sendingEnabled && enforcement === 'HEALTHY') return ok('sending', detail);
  return notOk('sending', detail, "read SES's mail about the account, and see Reputation metrics in the SES console");
}

function checkQuota({ quota }: MailAccount): Finding {
  const detail = `${quota.usedInLastDay} of ${quota.perDay} recipients in 24 hours, ${quota.perSecond} a second`;
  if (quota.perDay < 0) return ok('quota', `${quota.usedInLastDay} recipients in 24 hours, no limit`);
  if (quota.usedInLastDay < quota.perDay * QUOTA_WARNING) return ok('quota', detail);
  return notOk('quota', detail, 'ask for more under "Sending quota" in the Service Quotas console');
}

/**
 * Sandbox or production. An environment that may write to a list of recipients only does not need production access:
 * for a test system the sandbox is a second safety catch.
 */
export function checkProductionAccess(
  environment: string,
  { production, review }: MailAccount,
  allowedRecipients: readonly string[] | undefined,
): Finding {
  const name = 'sandbox';
  if (production) return ok(name, 'left; production access is granted');
  if (allowedRecipients) return ok(name, `in the sandbox, as suits ${environment}, which writes to a list only`);
  const request = `run \`slipway mail request-production ${environment} --website <url> --use-case <text>\``;
  switch (review?.status) {
    case 'PENDING':
      return notOk(name, `in the sandbox; AWS reviews the request${caseOf(review)}`, 'wait for its mail, about a day');
    case 'DENIED':
      return notOk(
        name,
        `in the sandbox; AWS denied the request${caseOf(review)}`,
        'answer the case in the Support Center',
      );
    case 'FAILED':
      return notOk(name, 'in the sandbox; the last request did not reach AWS', request);
    case 'GRANTED':
    case undefined:
      return notOk(name, 'in the sandbox: only verified recipients get mail', request);
  }
}

function caseOf(review: { readonly caseId?: string }): string {
  return review.caseId === undefined ? '' : ` (case ${review.caseId})`;
}
