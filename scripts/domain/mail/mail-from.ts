import { type Finding, notOk, ok } from '../doctor/finding';
import { type DnsAnswer, plainName } from './dns-answer';
import type { MailIdentity } from './mail-facts';

/** What SES demands as the one MX record of the MAIL FROM domain: it is where bounces go. */
function mailFromMx(region: string): string {
  return `10 feedback-smtp.${region}.amazonses.com`;
}

/** SES's own view of the MAIL FROM domain. */
export function mailFromStatus(environment: string, mailFrom: MailIdentity['mailFrom']): Finding {
  const deploy = `run \`npx cdktf deploy ${environment}\``;
  if (!mailFrom) return notOk('mail from', 'none is set, so SPF is not aligned with the domain', deploy);
  const detail = `SES says ${mailFrom.status} for ${mailFrom.domain}`;
  switch (mailFrom.status) {
    case 'SUCCESS':
      return ok('mail from', detail);
    case 'PENDING':
    case 'TEMPORARY_FAILURE':
      return notOk('mail from', detail, `wait with \`slipway mail verify ${environment}\``);
    case 'NOT_STARTED':
    case 'FAILED':
      return notOk('mail from', detail, `mend the records below, then ${deploy}`);
  }
}

/** The MX record: exactly one, or SES falls back to its own domain. */
export function checkMailFromMx(domain: string, region: string, answer: DnsAnswer): Finding {
  const name = 'mail from mx';
  if ('unanswered' in answer) return unanswered(name, domain, answer.unanswered);
  const wanted = mailFromMx(region);
  const [only, ...others] = answer.records.map(plainName);
  if (only === wanted && others.length === 0) return ok(name, `${domain} has ${wanted}`);
  const found = answer.records.join(', ') || 'none';
  return notOk(name, `MX of ${domain}: ${found}`, `publish exactly one: ${domain} MX ${wanted}`);
}

/** The SPF policy: exactly one TXT record that names SES. */
export function checkMailFromSpf(domain: string, answer: DnsAnswer): Finding {
  const name = 'mail from spf';
  if ('unanswered' in answer) return unanswered(name, domain, answer.unanswered);
  const policies = answer.records.filter(record => /^v=spf1(\s|$)/i.test(record));
  const [only, ...others] = policies;
  const terms = only?.toLowerCase().split(/\s+/) ?? [];
  const namesSes = terms.includes('include:amazonses.com') || terms.includes('+include:amazonses.com');
  if (only !== undefined && others.length === 0 && namesSes) return ok(name, `${domain} has "${only}"`);
  const found = policies.map(policy => `"${policy}"`).join(', ') || 'none';
  return notOk(
    name,
    `SPF of ${domain}: ${found}`,
    `publish exactly one: ${domain} TXT "v=spf1 include:amazonses.com -all"`,
  );
}

function unanswered(name: string, domain: string, reason: string): Finding {
  return notOk(name, `the DNS did not answer for ${domain} (${reason})`, 'check the network and try again');
}
