import type { DnsAnswer } from './dns-answer';

/** SES's word for how far the proof of a domain is. */
export type ProofStatus = 'SUCCESS' | 'PENDING' | 'FAILED' | 'TEMPORARY_FAILURE' | 'NOT_STARTED';

/** The domain as SES knows it. */
export interface MailIdentity {
  /** Whether SES may send for the domain. */
  readonly verified: boolean;
  readonly dkim: {
    readonly status: ProofStatus;
    readonly tokens: readonly string[];
    /** Zone of SES that publishes the keys, e.g. `dkim.amazonses.com`. */
    readonly keyZone: string;
  };
  /** The envelope sender's domain; none means that SES uses one of its own, and SPF does not align. */
  readonly mailFrom?: { readonly domain: string; readonly status: ProofStatus };
  /** Configuration set of every message that names none. */
  readonly configurationSet?: string;
}

/** What SES allows the account in this region. */
export interface MailAccount {
  /** False in the sandbox, where only verified recipients get mail. */
  readonly production: boolean;
  readonly sendingEnabled: boolean;
  /** SES's word for the account's reputation: `HEALTHY`, `PROBATION` or `SHUTDOWN`. */
  readonly enforcement: string;
  /** The latest request to leave the sandbox. */
  readonly review?: { readonly status: 'PENDING' | 'GRANTED' | 'DENIED' | 'FAILED'; readonly caseId?: string };
  readonly quota: { readonly perDay: number; readonly perSecond: number; readonly usedInLastDay: number };
}

/** What the DNS publishes for the mail of a domain. */
export interface MailRecords {
  /** Answers for the CNAME of each DKIM token, in the tokens' order. */
  readonly dkim: readonly DnsAnswer[];
  readonly mailFromMx: DnsAnswer;
  readonly mailFromTxt: DnsAnswer;
  readonly dmarcTxt: DnsAnswer;
}

/** Everything that a report on an environment's mail is made from. */
export interface MailFacts {
  readonly region: string;
  readonly identity?: MailIdentity;
  readonly account: MailAccount;
  readonly records: MailRecords;
}
