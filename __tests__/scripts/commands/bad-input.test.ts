import type { Action } from '../../../scripts/commands/action';
import { bootstrap } from '../../../scripts/commands/bootstrap';
import { doctor } from '../../../scripts/commands/doctor';
import { mailRequestProduction } from '../../../scripts/commands/mail/request-production';
import { mailSendTest } from '../../../scripts/commands/mail/send-test';
import { mailStatus } from '../../../scripts/commands/mail/status';
import { mailVerify } from '../../../scripts/commands/mail/verify';
import { nodeWait } from '../../../scripts/commands/node-wait';
import { ExitCode } from '../../../scripts/domain/exit-code';
import { prod } from '../../../stacks/environments/prod';
import { site } from '../../../stacks/environments/site';
import { useTestCredentials, withoutCredentials } from '../../support/aws-credentials';
import { type AwsAnswer, AwsServer, callerIdentity, jsonError, queryError, s3Error } from '../../support/aws-server';
import { outcomeOf } from '../../support/outcome';
import { recordingContext } from '../../support/recording-context';

useTestCredentials();

const NODE = { instanceId: 'i-0123456789abcdef0', bucket: 'vault', timeoutSeconds: 60 };
const REQUEST = { website: 'https://example.org', useCase: 'Order mails.', yes: true };
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

afterEach(() => jest.restoreAllMocks());

/** The one line that `cli.ts` prints, and the code that it leaves with. */
async function failure(action: Action, endpoint = NOWHERE): Promise<{ line: string; code: ExitCode }> {
  const context = recordingContext({ env: { AWS_ENDPOINT_URL: endpoint } });
  const { code, message: line } = await outcomeOf(action(context));
  expect(code).not.toBe(ExitCode.Done);
  expect(line).toMatch(/^[^\n]+; [^\n]+$/);
  return { line, code };
}

/** The same against an AWS that answers everything alike. */
async function failureWhenAnswered(action: Action, answer: AwsAnswer): Promise<{ line: string; code: ExitCode }> {
  const server = await AwsServer.start(() => answer);
  try {
    return await failure(action, server.url);
  } finally {
    await server.stop();
  }
}

test.each([
  ['doctor', doctor({ environment: 'production' })],
  ['mail status', mailStatus({ environment: 'production' })],
  ['mail verify', mailVerify({ environment: 'production', timeoutSeconds: 1 })],
  ['mail send-test', mailSendTest({ environment: 'production' })],
  ['mail request-production', mailRequestProduction({ environment: 'production', ...REQUEST })],
])('an unknown environment: %s', async (_verb, action) => {
  const { line, code } = await failure(action);
  expect(line).toContain('environment is "production", allowed is one of prod, dev');
  expect(code).toBe(ExitCode.Usage);
});

test.each([
  ['mail status', () => mailStatus({ environment: 'prod' })],
  ['mail verify', () => mailVerify({ environment: 'prod', timeoutSeconds: 1 })],
  ['mail send-test', () => mailSendTest({ environment: 'prod' })],
  ['mail request-production', () => mailRequestProduction({ environment: 'prod', ...REQUEST })],
])('an invalid domain: %s', async (_verb, action) => {
  jest.replaceProperty(prod, 'domain', 'exa mple.org');
  const { line, code } = await failure(action());
  expect(line).toContain('domain of prod is "exa mple.org"');
  expect(code).toBe(ExitCode.Usage);
});

const awsVerbs: readonly [string, () => Action][] = [
  ['bootstrap', () => bootstrap({})],
  ['mail status', () => mailStatus({ environment: 'prod' })],
  ['mail verify', () => mailVerify({ environment: 'prod', timeoutSeconds: 1 })],
  ['mail send-test', () => mailSendTest({ environment: 'prod' })],
  ['mail request-production', () => mailRequestProduction({ environment: 'prod', ...REQUEST })],
];

test.each([...awsVerbs, ['node wait', () => nodeWait(NODE)] as const])(
  'missing credentials: %s',
  async (_verb, action) => {
    withoutCredentials();
    const { line, code } = await failure(action());
    expect(line).toContain('no AWS credentials found; set AWS_PROFILE');
    expect(code).toBe(ExitCode.Usage);
  },
);

test.each(awsVerbs)('no network: %s', async (_verb, action) => {
  const { line, code } = await failure(action());
  expect(line).toContain('AWS is not reachable (ECONNREFUSED 127.0.0.1:1)');
  expect(code).toBe(ExitCode.Usage);
});

test('a wrong account: bootstrap says which one and which are allowed, and makes nothing', async () => {
  jest.replaceProperty(site, 'allowedAccountIds', ['999999999999']);
  const { line, code } = await failureWhenAnswered(bootstrap({}), callerIdentity('123456789012'));
  expect(line).toMatch(/^wrong account: the credentials belong to 123456789012 .*allowed is 999999999999/);
  expect(code).toBe(ExitCode.Usage);
});

test.each([
  [
    'bootstrap',
    bootstrap({}),
    queryError(403, 'ExpiredToken', 'The security token included in the request is expired'),
  ],
  ['mail verify', mailVerify({ environment: 'prod', timeoutSeconds: 1 }), jsonError(403, 'ExpiredTokenException', 'x')],
  ['node wait', nodeWait(NODE), s3Error(400, 'ExpiredToken', 'The provided token has expired.')],
])('an expired token: %s', async (_verb, action, answer) => {
  const { line, code } = await failureWhenAnswered(action, answer);
  expect(line).toContain('credentials have expired; sign in again');
  expect(code).toBe(ExitCode.Usage);
});

const notAllowed = 'User: arn:aws:iam::123456789012:user/ops is not authorized to perform: ses:GetEmailIdentity on x';

test.each([
  [
    'mail verify',
    mailVerify({ environment: 'prod', timeoutSeconds: 1 }),
    jsonError(403, 'AccessDeniedException', notAllowed),
    'to ses:GetEmailIdentity',
  ],
  ['node wait', nodeWait(NODE), s3Error(403, 'AccessDenied', 'Access Denied'), 'while reading s3://vault/nodes/'],
])('access denied: %s', async (_verb, action, answer, detail) => {
  const { line, code } = await failureWhenAnswered(action, answer);
  expect(line).toContain('access denied');
  expect(line).toContain(detail);
  expect(code).toBe(ExitCode.Usage);
});

test('an access key that AWS does not know', async () => {
  const { line, code } = await failureWhenAnswered(bootstrap({}), queryError(403, 'InvalidClientTokenId', 'invalid'));
  expect(line).toContain('AWS refuses the access key (InvalidClientTokenId)');
  expect(code).toBe(ExitCode.Usage);
});

test('an endpoint that is not AWS', async () => {
  const page = { status: 200, body: '<html>Welcome</html>', headers: { 'content-type': 'text/html' } };
  const { line, code } = await failureWhenAnswered(mailStatus({ environment: 'prod' }), page);
  expect(line).toContain('check AWS_ENDPOINT_URL');
  expect(code).toBe(ExitCode.Usage);
});

test.each([
  ['a state bucket of somebody else', 403, 'belongs to another account'],
  ['a state bucket in another region', 301, `is not in ${site.region}`],
])('%s', async (_what, status, detail) => {
  const server = await AwsServer.start(({ body }) =>
    body.includes('GetCallerIdentity') ? callerIdentity('123456789012') : { status },
  );
  try {
    const { line, code } = await failure(bootstrap({}), server.url);
    expect(line).toContain(detail);
    expect(code).toBe(ExitCode.Usage);
    expect(server.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('a bucket name that somebody else has taken a moment ago', async () => {
  const server = await AwsServer.start(({ method, body }) => {
    if (body.includes('GetCallerIdentity')) return callerIdentity('123456789012');
    return method === 'HEAD' ? { status: 404 } : s3Error(409, 'BucketAlreadyExists', 'The name is not available.');
  });
  try {
    const { line, code } = await failure(bootstrap({}), server.url);
    expect(line).toContain('belongs to another account');
    expect(code).toBe(ExitCode.Usage);
  } finally {
    await server.stop();
  }
});

test('a bucket of the node that does not exist', async () => {
  const { line, code } = await failureWhenAnswered(nodeWait(NODE), s3Error(404, 'NoSuchBucket', 'no such bucket'));
  expect(line).toBe('bucket vault does not exist; correct --bucket');
  expect(code).toBe(ExitCode.Usage);
});
