import { GetIdentityVerificationAttributesCommand, GetSendQuotaCommand, SendEmailCommand } from '@aws-sdk/client-ses';
import { GetAccountCommand, GetEmailIdentityCommand, PutAccountDetailsCommand } from '@aws-sdk/client-sesv2';
import type { MailAccount, MailIdentity } from '../domain/mail/mail-facts';
import type { AwsClients } from './aws-clients';
import { awsErrorName, explainAwsError } from './aws-error';

export interface TestMessage {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly configurationSet?: string;
}

export interface ProductionRequest {
  readonly websiteUrl: string;
  readonly useCase: string;
  readonly contactEmail?: string;
}

/** SES rejected a message, e.g. for a recipient that is not verified. */
export class MessageRejectedError extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'MessageRejectedError';
  }
}

/** What the project needs of Amazon SES. */
export interface MailService {
  readonly region: string;
  /** The domain as SES knows it; undefined when it does not. */
  identity(domain: string): Promise<MailIdentity | undefined>;
  account(): Promise<MailAccount>;
  /** Which of these addresses and domains are verified. */
  verified(identities: readonly string[]): Promise<readonly string[]>;
  /** Sends a message and answers its id. */
  send(message: TestMessage): Promise<string>;
  /** Asks to leave the sandbox; false when AWS is still reviewing an earlier request. */
  requestProduction(request: ProductionRequest): Promise<boolean>;
}

const DEFAULT_KEY_ZONE = 'dkim.amazonses.com';

/**
 * SES through the SDK: the classic API for the quota, for what is verified and for sending; version 2 for what only it has
 * (an identity's configuration set, with which DKIM and MAIL FROM come along; the sandbox; the request to leave it).
 */
export class SesMailService implements MailService {
  readonly region: string;

  constructor(private readonly clients: AwsClients) {
    this.region = clients.region;
  }

  async identity(domain: string): Promise<MailIdentity | undefined> {
    try {
      const found = await this.clients.sesv2().send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
      const { DkimAttributes: dkim, MailFromAttributes: mailFrom, ConfigurationSetName: configurationSet } = found;
      return {
        verified: found.VerifiedForSendingStatus ?? false,
        dkim: {
          status: dkim?.Status ?? 'NOT_STARTED',
          tokens: dkim?.Tokens ?? [],
          keyZone: dkim?.SigningHostedZone ?? DEFAULT_KEY_ZONE,
        },
        ...(mailFrom?.MailFromDomain && {
          mailFrom: { domain: mailFrom.MailFromDomain, status: mailFrom.MailFromDomainStatus ?? 'NOT_STARTED' },
        }),
        ...(configurationSet && { configurationSet }),
      };
    } catch (error) {
      if (awsErrorName(error) === 'NotFoundException') return undefined;
      throw explainAwsError(error, `reading the SES identity ${domain}`);
    }
  }

  async account(): Promise<MailAccount> {
    try {
      const [account, quota] = await Promise.all([
        this.clients.sesv2().send(new GetAccountCommand({})),
        this.clients.ses().send(new GetSendQuotaCommand({})),
      ]);
      const { Status: status, CaseId: caseId } = account.Details?.ReviewDetails ?? {};
      return {
        production: account.ProductionAccessEnabled ?? false,
        sendingEnabled: account.SendingEnabled ?? false,
        enforcement: account.EnforcementStatus ?? 'unknown',
        ...(status && { review: { status, ...(caseId && { caseId }) } }),
        quota: {
          perDay: quota.Max24HourSend ?? 0,
          perSecond: quota.MaxSendRate ?? 0,
          usedInLastDay: quota.SentLast24Hours ?? 0,
        },
      };
    } catch (error) {
      throw explainAwsError(error, 'reading the SES account');
    }
  }

  async verified(identities: readonly string[]): Promise<readonly string[]> {
    const command = new GetIdentityVerificationAttributesCommand({ Identities: [...identities] });
    try {
      const { VerificationAttributes: attributes = {} } = await this.clients.ses().send(command);
      return identities.filter(identity => attributes[identity]?.VerificationStatus === 'Success');
    } catch (error) {
      throw explainAwsError(error, 'asking which addresses are verified');
    }
  }

  async send({ from, to, subject, text, configurationSet }: TestMessage): Promise<string> {
    const command = new SendEmailCommand({
      Source: from,
      Destination: { ToAddresses: [to] },
      Message: { Subject: { Data: subject }, Body: { Text: { Data: text, Charset: 'UTF-8' } } },
      ...(configurationSet && { ConfigurationSetName: configurationSet }),
    });
    try {
      const { MessageId: id = '' } = await this.clients.ses().send(command);
      return id;
    } catch (error) {
      if (awsErrorName(error) === 'MessageRejected') throw new MessageRejectedError((error as Error).message);
      throw explainAwsError(error, `sending a message from ${from}`);
    }
  }

  async requestProduction({ websiteUrl, useCase, contactEmail }: ProductionRequest): Promise<boolean> {
    // No longer demanded, but the people who decide read it.
    const description = { UseCaseDescription: useCase };
    const command = new PutAccountDetailsCommand({
      ...description,
      MailType: 'TRANSACTIONAL',
      WebsiteURL: websiteUrl,
      ContactLanguage: 'EN',
      ProductionAccessEnabled: true,
      ...(contactEmail && { AdditionalContactEmailAddresses: [contactEmail] }),
    });
    try {
      await this.clients.sesv2().send(command);
      return true;
    } catch (error) {
      if (awsErrorName(error) === 'ConflictException') return false;
      throw explainAwsError(error, 'asking for production access');
    }
  }
}
