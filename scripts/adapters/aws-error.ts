import { SlipwayError } from '../domain/slipway-error';

/** Why a call of AWS failed, as far as the next step depends on it. */
export type AwsFailureKind = 'credentials' | 'expired' | 'denied' | 'network' | 'throttled' | 'other';

/** A failed call of AWS, told in one line. */
export class AwsError extends SlipwayError {
  constructor(
    message: string,
    readonly kind: AwsFailureKind,
    cause: unknown,
  ) {
    super(message, undefined, { cause });
    this.name = 'AwsError';
  }

  /** Whether the same call may succeed a moment later. */
  get transient(): boolean {
    return this.kind === 'network' || this.kind === 'throttled';
  }
}

/** What the SDK's errors and Node's network errors have in common. */
interface ErrorLike {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired'];
const UNKNOWN_KEY = [
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'InvalidToken',
  'AuthFailure',
];
const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'Forbidden', '403'];
const THROTTLED = [
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'RequestThrottled',
];
const NETWORK_FAILURE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b( [\w.:-]+)?/;

/** Name of the error that AWS answered, e.g. `NoSuchBucket`; the status code where an answer had no body to name it. */
export function awsErrorName(error: unknown): string {
  const { name, $metadata } = (error ?? {}) as ErrorLike;
  const status = $metadata?.httpStatusCode;
  const nameless = name === undefined || name === 'UnknownError' || name === 'Unknown' || name === 'Error';
  return nameless && status !== undefined ? String(status) : (name ?? 'Error');
}

/**
 * Tells what went wrong in one line, with what to type next. An error that is explained already stays as it is.
 *
 * @param doing  what was being done, e.g. "reading the versioning of bucket states"; AWS does not always name it
 */
export function explainAwsError(error: unknown, doing = 'the call'): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const name = awsErrorName(error);
  const { message = '', $metadata } = (error ?? {}) as ErrorLike;
  const text = oneLine(message);
  const fail = (kind: AwsFailureKind, line: string) => new AwsError(line, kind, error);

  if (EXPIRED.includes(name) || /\bexpired\b.*\b(session|token)\b|\b(session|token)\b.*\bexpired\b/i.test(text)) {
    return fail(
      'expired',
      'the AWS credentials have expired; sign in again, e.g. `aws sso login`, and repeat the command',
    );
  }
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return fail(
      'credentials',
      'no AWS credentials found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then run `slipway doctor`',
    );
  }
  if (UNKNOWN_KEY.includes(name)) {
    return fail(
      'credentials',
      `AWS refuses the access key (${name}); check AWS_PROFILE or AWS_ACCESS_KEY_ID with \`aws sts get-caller-identity\``,
    );
  }
  if (DENIED.includes(name)) {
    const action = /perform:? ([\w-]+:\w+)/.exec(text)?.[1];
    return fail(
      'denied',
      `access denied${action ? ` to ${action}` : ''} while ${doing}; ask the account's owner for ${action ?? 'that permission'}, or use another AWS_PROFILE`,
    );
  }
  if (THROTTLED.includes(name) || $metadata?.httpStatusCode === 429) {
    return fail(
      'throttled',
      `AWS throttles the requests (${name}) while ${doing}; wait a minute and repeat the command`,
    );
  }
  const unreachable = unreachableHost(error);
  if (unreachable) {
    return fail(
      'network',
      `AWS is not reachable (${unreachable}) while ${doing}; check the network and AWS_ENDPOINT_URL`,
    );
  }
  if (error instanceof SyntaxError || /deserialization error|char '.*' is not expected/i.test(text)) {
    return fail('other', `the answer to ${doing} is not one of AWS; check AWS_ENDPOINT_URL`);
  }
  const request = $metadata?.requestId === undefined ? '' : `, request ${$metadata.requestId}`;
  return fail(
    'other',
    `AWS answered ${name} to ${doing}: ${text || 'no message'} (HTTP ${$metadata?.httpStatusCode ?? 'none'}${request}); run \`slipway doctor\``,
  );
}

/** Which host could not be reached and why, when the error, one of its parts or its cause is of the network. */
function unreachableHost(error: unknown): string | undefined {
  const { code = '', name, message = '', cause, errors = [] } = (error ?? {}) as ErrorLike;
  if (name === 'TimeoutError') return oneLine(message || 'timeout');
  // Node words it "connect ECONNREFUSED 127.0.0.1:443" and "getaddrinfo ENOTFOUND sts.amazonaws.com".
  const worded = NETWORK_FAILURE.exec(message)?.[0];
  if (worded !== undefined) return worded;
  for (const inner of [...errors, cause]) {
    const found = inner === undefined ? undefined : unreachableHost(inner);
    if (found) return found;
  }
  return NETWORK_FAILURE.test(code) ? code : undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
