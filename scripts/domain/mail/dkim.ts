import { type Finding, notOk, ok } from '../doctor/finding';
import { type DnsAnswer, plainName } from './dns-answer';
import type { MailIdentity } from './mail-facts';

/** A record that has to be in the DNS. */
export interface WantedRecord {
  readonly name: string;
  readonly value: string;
}

/** The CNAMEs by which receivers find the keys that SES signs with. */
export function dkimRecords(domain: string, { tokens, keyZone }: MailIdentity['dkim']): readonly WantedRecord[] {
  return tokens.map(token => ({ name: `${token}._domainkey.${domain}`, value: `${token}.${keyZone}` }));
}

/** SES's own view of DKIM. */
export function dkimStatus(environment: string, { status, tokens }: MailIdentity['dkim']): Finding {
  const detail = `SES says ${status}, tokens ${tokens.join(', ') || 'none'}`;
  switch (status) {
    case 'SUCCESS':
      return ok('dkim', detail);
    case 'PENDING':
    case 'TEMPORARY_FAILURE':
      return notOk('dkim', detail, `wait with \`slipway mail verify ${environment}\``);
    case 'NOT_STARTED':
    case 'FAILED':
      return notOk('dkim', detail, `mend the records below, then run \`npx cdktf deploy ${environment}\``);
  }
}

/** Compares the published CNAMEs with the wanted ones, one finding each. */
export function checkDkimRecords(wanted: readonly WantedRecord[], answers: readonly DnsAnswer[]): readonly Finding[] {
  return wanted.map(({ name, value }, index) => {
    const title = `dkim record ${index + 1}`;
    const answer = answers[index] ?? { records: [] };
    if ('unanswered' in answer) {
      return notOk(
        title,
        `the DNS did not answer for ${name} (${answer.unanswered})`,
        'check the network and try again',
      );
    }
    if (answer.records.map(plainName).includes(plainName(value))) return ok(title, `${name} points to ${value}`);
    const found = answer.records.length === 0 ? 'does not exist' : `points to ${answer.records.join(', ')}`;
    return notOk(title, `${name} ${found}`, `publish ${name} CNAME ${value}`);
  });
}
