import type { Environment } from '../../../stacks/environments/environment';
import { type Finding, notOk, ok, skipped } from '../doctor/finding';
import { checkDkimRecords, dkimRecords, dkimStatus } from './dkim';
import { checkDmarc } from './dmarc';
import type { MailFacts, MailIdentity } from './mail-facts';
import { checkMailFromMx, checkMailFromSpf, mailFromStatus } from './mail-from';
import { checkProductionAccess, checkSending } from './sending';

/** Everything that decides whether mail of an environment arrives, the most basic first. */
export function mailReport(environment: Environment, facts: MailFacts): readonly Finding[] {
  const { name, domain, mail } = environment;
  const wanted = { domain, policy: mail.dmarcPolicy, reportsTo: mail.dmarcReportsTo };
  return [
    checkIdentity(environment, facts),
    ...(facts.identity
      ? checkProofs(environment, facts, facts.identity)
      : [skipped('dkim', 'there is no identity yet')]),
    checkDmarc(name, wanted, facts.records.dmarcTxt),
    checkProductionAccess(name, facts.account, mail.allowedRecipients),
    ...checkSending(facts.account),
  ];
}

function checkIdentity({ name, domain }: Environment, { identity, region }: MailFacts): Finding {
  if (!identity) {
    return notOk('identity', `SES in ${region} does not know ${domain}`, `run \`npx cdktf deploy ${name}\``);
  }
  if (identity.verified) return ok('identity', `${domain} is verified in ${region}`);
  return notOk('identity', `${domain} is not verified in ${region}`, `wait with \`slipway mail verify ${name}\``);
}

function checkProofs({ name, domain }: Environment, facts: MailFacts, identity: MailIdentity): readonly Finding[] {
  const { dkim, mailFrom } = identity;
  const { records, region } = facts;
  return [
    dkimStatus(name, dkim),
    ...checkDkimRecords(dkimRecords(domain, dkim), records.dkim),
    mailFromStatus(name, mailFrom),
    ...(mailFrom
      ? [
          checkMailFromMx(mailFrom.domain, region, records.mailFromMx),
          checkMailFromSpf(mailFrom.domain, records.mailFromTxt),
        ]
      : []),
  ];
}

/** What is to be done, each thing once, in the order of the report. */
export function thingsToDo(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ next }) => next).filter(next => next !== undefined))];
}

/** Whether SES has accepted the domain: sending, DKIM and MAIL FROM; or has given up on one of them. */
export function verification(identity: MailIdentity): 'done' | 'waiting' | 'failed' {
  const proofs = [identity.dkim.status, ...(identity.mailFrom ? [identity.mailFrom.status] : [])];
  if (proofs.includes('FAILED')) return 'failed';
  return identity.verified && proofs.every(status => status === 'SUCCESS') ? 'done' : 'waiting';
}
