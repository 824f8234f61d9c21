import { AwsError, awsErrorName, explainAwsError } from '../../../scripts/adapters/aws-error';
import { SlipwayError } from '../../../scripts/domain/slipway-error';

/** An error as the SDK makes it. */
function sdkError(name: string, message = '', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: 'r-1' } });
}

function explain(error: unknown): AwsError {
  const explained = explainAwsError(error, 'testing');
  if (!(explained instanceof AwsError)) throw new Error(`not explained: ${explained.message}`);
  return explained;
}

test.each([
  ['ExpiredToken', 'expired', 'sign in again'],
  ['ExpiredTokenException', 'expired', 'sign in again'],
  ['CredentialsProviderError', 'credentials', 'set AWS_PROFILE'],
  ['InvalidClientTokenId', 'credentials', 'aws sts get-caller-identity'],
  ['SignatureDoesNotMatch', 'credentials', 'aws sts get-caller-identity'],
  ['AccessDenied', 'denied', 'while testing'],
  ['UnauthorizedOperation', 'denied', 'while testing'],
  ['ThrottlingException', 'throttled', 'wait a minute'],
  ['TooManyRequestsException', 'throttled', 'wait a minute'],
  ['TimeoutError', 'network', 'check the network'],
])('%s is a matter of %s', (name, kind, next) => {
  const error = explain(sdkError(name));
  expect(error.kind).toBe(kind);
  expect(error.message).toContain(next);
  expect(error.exitCode).toBe(2);
});

test('names the action that is not allowed', () => {
  const message = 'User: arn:aws:iam::1:user/x is not authorized to perform: s3:PutBucketPolicy on resource: y';
  expect(explain(sdkError('AccessDenied', message, 403)).message).toMatch(
    /^access denied to s3:PutBucketPolicy while testing;/,
  );
});

test('tells an SSO session that is over from credentials that are missing', () => {
  const over = 'Token is expired. To refresh this SSO session run `aws sso login`.';
  expect(explain(sdkError('CredentialsProviderError', over)).kind).toBe('expired');
  expect(explain(sdkError('CredentialsProviderError', 'Could not load credentials')).kind).toBe('credentials');
});

test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH'])(
  '%s is a matter of the network, also inside of another error',
  code => {
    const error = Object.assign(new Error(`connect ${code} sts.example.org:443`), { code });
    for (const given of [error, new AggregateError([error]), new Error('failed', { cause: error })]) {
      expect(explain(given)).toMatchObject({ kind: 'network', transient: true });
      expect(explain(given).message).toContain(`(${code} sts.example.org:443)`);
    }
    expect(explain(Object.assign(new Error(''), { code })).message).toContain(`(${code})`);
  },
);

test('only what may pass by itself is transient', () => {
  expect(explain(sdkError('SlowDown')).transient).toBe(true);
  expect(explain(sdkError('ExpiredToken')).transient).toBe(false);
  expect(explain(sdkError('NoSuchBucket')).transient).toBe(false);
});

test('whatever else it is, it stays one line with the name, the request and the cause', () => {
  const cause = sdkError('OddException', 'first\n  second', 418);
  const error = explain(cause);
  expect(error.message).toBe(
    'AWS answered OddException to testing: first second (HTTP 418, request r-1); run `slipway doctor`',
  );
  expect(error.cause).toBe(cause);
});

test('an error without a name is called by its status', () => {
  expect(awsErrorName(sdkError('UnknownError', '', 403))).toBe('403');
  expect(awsErrorName(sdkError('NoSuchKey', '', 404))).toBe('NoSuchKey');
  expect(awsErrorName(undefined)).toBe('Error');
});

test('leaves alone what is explained already', () => {
  const explained = new SlipwayError('done');
  expect(explainAwsError(explained)).toBe(explained);
});
