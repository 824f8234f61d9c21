import { awsClients } from '../../../scripts/adapters/aws-clients';
import { MessageRejectedError, SesMailService } from '../../../scripts/adapters/mail-service';
import { useTestCredentials } from '../../support/aws-credentials';
import { type AwsAnswer, type AwsRequest, AwsServer, jsonError, queryError } from '../../support/aws-server';

useTestCredentials();

const json = (body: unknown): AwsAnswer => ({
  status: 200,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

/** Asks the service against an SES that answers so, and hands back what SES was asked. */
async function against<T>(answer: (request: AwsRequest) => AwsAnswer, ask: (service: SesMailService) => Promise<T>) {
  const server = await AwsServer.start(answer);
  try {
    const clients = awsClients({ env: { AWS_ENDPOINT_URL: server.url } });
    return { result: await ask(new SesMailService(clients)), requests: server.requests };
  } finally {
    await server.stop();
  }
}

test('reads an identity with its configuration set, DKIM and MAIL FROM', async () => {
  const answer = json({
    VerifiedForSendingStatus: true,
    ConfigurationSetName: 'webshop-prod',
    DkimAttributes: { Status: 'PENDING', Tokens: ['one'], SigningHostedZone: 'dkim.eu-central-1.amazonses.com' },
    MailFromAttributes: { MailFromDomain: 'bounce.example.org', MailFromDomainStatus: 'FAILED' },
  });
  const { result } = await against(
    () => answer,
    service => service.identity('example.org'),
  );
  expect(result).toEqual({
    verified: true,
    configurationSet: 'webshop-prod',
    dkim: { status: 'PENDING', tokens: ['one'], keyZone: 'dkim.eu-central-1.amazonses.com' },
    mailFrom: { domain: 'bounce.example.org', status: 'FAILED' },
  });
});

test('a domain that SES does not know is no error, and an identity with nothing set is not verified', async () => {
  const unknown = jsonError(404, 'NotFoundException', 'Email identity example.org does not exist.');
  const ask = (service: SesMailService) => service.identity('example.org');
  expect((await against(() => unknown, ask)).result).toBeUndefined();
  expect((await against(() => json({}), ask)).result).toEqual({
    verified: false,
    dkim: { status: 'NOT_STARTED', tokens: [], keyZone: 'dkim.amazonses.com' },
  });
});

test('reads sandbox and review from one API and the quota from the other', async () => {
  const quota =
    '<Max24HourSend>200.0</Max24HourSend><MaxSendRate>1.0</MaxSendRate><SentLast24Hours>7.0</SentLast24Hours>';
  const { result } = await against(
    ({ body }) =>
      body.includes('GetSendQuota')
        ? {
            status: 200,
            body: `<GetSendQuotaResponse><GetSendQuotaResult>${quota}</GetSendQuotaResult></GetSendQuotaResponse>`,
          }
        : json({
            ProductionAccessEnabled: false,
            SendingEnabled: true,
            EnforcementStatus: 'HEALTHY',
            Details: { ReviewDetails: { Status: 'PENDING', CaseId: '7' } },
          }),
    service => service.account(),
  );
  expect(result).toEqual({
    production: false,
    sendingEnabled: true,
    enforcement: 'HEALTHY',
    review: { status: 'PENDING', caseId: '7' },
    quota: { perDay: 200, perSecond: 1, usedInLastDay: 7 },
  });
});

const message = { from: 'no-reply@example.org', to: 'ops@example.org', subject: 'Test', text: 'Hello' };

test('sends through the configuration set and answers the id', async () => {
  const { result, requests } = await against(
    () => ({
      status: 200,
      body: '<SendEmailResponse><SendEmailResult><MessageId>id-1</MessageId></SendEmailResult></SendEmailResponse>',
    }),
    service => service.send({ ...message, configurationSet: 'webshop-prod' }),
  );
  expect(result).toBe('id-1');
  const sent = new URLSearchParams(requests[0]?.body);
  expect(sent.get('Action')).toBe('SendEmail');
  expect(sent.get('Source')).toBe('no-reply@example.org');
  expect(sent.get('Destination.ToAddresses.member.1')).toBe('ops@example.org');
  expect(sent.get('ConfigurationSetName')).toBe('webshop-prod');
});

test('a message that SES rejects is told apart from a failed call', async () => {
  const rejected = queryError(400, 'MessageRejected', 'Email address is not verified.');
  const sending = against(
    () => rejected,
    service => service.send(message),
  );
  await expect(sending).rejects.toThrow(MessageRejectedError);
  await expect(sending).rejects.toThrow('Email address is not verified.');
});

test('asks for production access for transactional mail; a review under way is an answer', async () => {
  const ask = (service: SesMailService) =>
    service.requestProduction({ websiteUrl: 'https://example.org', useCase: 'Order mails.' });
  const { result, requests } = await against(() => json({}), ask);
  expect(result).toBe(true);
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    MailType: 'TRANSACTIONAL',
    WebsiteURL: 'https://example.org',
    UseCaseDescription: 'Order mails.',
    ContactLanguage: 'EN',
    ProductionAccessEnabled: true,
  });
  expect((await against(() => jsonError(409, 'ConflictException', 'under review'), ask)).result).toBe(false);
});
