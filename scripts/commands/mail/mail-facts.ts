import type { Environment } from '../../../stacks/environments/environment';
import type { Dns } from '../../adapters/dns';
import type { MailService } from '../../adapters/mail-service';
import { dkimRecords } from '../../domain/mail/dkim';
import type { DnsAnswer } from '../../domain/mail/dns-answer';
import type { MailFacts } from '../../domain/mail/mail-facts';

const NOT_ASKED: DnsAnswer = { records: [] };

/** Asks SES and the DNS for everything that decides whether mail of the environment arrives. */
export async function gatherMailFacts(environment: Environment, service: MailService, dns: Dns): Promise<MailFacts> {
  const { domain } = environment;
  const [identity, account] = await Promise.all([service.identity(domain), service.account()]);
  const wanted = identity ? dkimRecords(domain, identity.dkim) : [];
  const mailFrom = identity?.mailFrom?.domain;
  const [dkim, mailFromMx, mailFromTxt, dmarcTxt] = await Promise.all([
    Promise.all(wanted.map(record => dns.lookUp(record.name, 'CNAME'))),
    mailFrom === undefined ? NOT_ASKED : dns.lookUp(mailFrom, 'MX'),
    mailFrom === undefined ? NOT_ASKED : dns.lookUp(mailFrom, 'TXT'),
    dns.lookUp(`_dmarc.${domain}`, 'TXT'),
  ]);
  return {
    region: service.region,
    ...(identity && { identity }),
    account,
    records: { dkim, mailFromMx, mailFromTxt, dmarcTxt },
  };
}
