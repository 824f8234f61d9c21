import type { RecordType } from '../../scripts/adapters/dns';
import type { MailService, ProductionRequest, TestMessage } from '../../scripts/adapters/mail-service';
import type { MailPorts } from '../../scripts/commands/mail/mail-ports';
import type { DnsAnswer } from '../../scripts/domain/mail/dns-answer';
import type { MailAccount, MailIdentity } from '../../scripts/domain/mail/mail-facts';
import { VirtualClock } from './virtual-clock';

export const verifiedIdentity: MailIdentity = {
  verified: true,
  dkim: { status: 'SUCCESS', tokens: ['one', 'two', 'three'], keyZone: 'dkim.amazonses.com' },
  mailFrom: { domain: 'bounce.example.org', status: 'SUCCESS' },
  configurationSet: 'webshop-prod',
};

export const productionAccount: MailAccount = {
  production: true,
  sendingEnabled: true,
  enforcement: 'HEALTHY',
  quota: { perDay: 50_000, perSecond: 14, usedInLastDay: 12 },
};

/** The records of `prod`, as `cdktf deploy prod` publishes them. */
export const publishedRecords: Readonly<Record<string, readonly string[]>> = {
  'one._domainkey.example.org CNAME': ['one.dkim.amazonses.com'],
  'two._domainkey.example.org CNAME': ['two.dkim.amazonses.com'],
  'three._domainkey.example.org CNAME': ['three.dkim.amazonses.com'],
  'bounce.example.org MX': ['10 feedback-smtp.eu-central-1.amazonses.com'],
  'bounce.example.org TXT': ['v=spf1 include:amazonses.com -all'],
  '_dmarc.example.org TXT': ['v=DMARC1; p=none; rua=mailto:dmarc@example.org; adkim=s; aspf=r'],
};

/** SES and the DNS in a state that a test describes; `prod` in best order unless it says otherwise. */
export class MailWorld {
  /** What SES answers about the domain, the last one for ever. */
  identities: (MailIdentity | undefined)[] = [verifiedIdentity];
  account: MailAccount = productionAccount;
  verified: readonly string[] = [];
  records: Readonly<Record<string, readonly string[]>> = publishedRecords;
  unanswered: string | undefined;
  agrees = false;
  takesRequests = true;
  clock = new VirtualClock();
  readonly sent: TestMessage[] = [];
  readonly requested: ProductionRequest[] = [];
  readonly questions: string[] = [];

  readonly ports = (): MailPorts => ({
    service: this.service(),
    dns: {
      source: 'a test',
      lookUp: (name, type) => Promise.resolve(this.lookUp(name, type)),
    },
    clock: this.clock,
    confirm: question => {
      this.questions.push(question);
      return Promise.resolve(this.agrees);
    },
  });

  private service(): MailService {
    return {
      region: 'eu-central-1',
      identity: () => Promise.resolve(this.identities.length > 1 ? this.identities.shift() : this.identities[0]),
      account: () => Promise.resolve(this.account),
      verified: asked => Promise.resolve(asked.filter(one => this.verified.includes(one))),
      send: message => {
        this.sent.push(message);
        return Promise.resolve('message-1');
      },
      requestProduction: request => {
        this.requested.push(request);
        return Promise.resolve(this.takesRequests);
      },
    };
  }

  private lookUp(name: string, type: RecordType): DnsAnswer {
    if (this.unanswered !== undefined) return { unanswered: this.unanswered };
    return { records: this.records[`${name} ${type}`] ?? [] };
  }
}
