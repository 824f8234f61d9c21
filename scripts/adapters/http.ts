import { SlipwayError } from '../domain/slipway-error';
import { deadline } from './deadline';

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; `headers` says what it is. */
  readonly body?: string;
  /** @default 20000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const TIMEOUT_MS = 20_000;

/** Nobody has answered; who asks again may get an answer. */
export class NoAnswerError extends SlipwayError {}

/**
 * One HTTP request. Any status is an answer.
 *
 * @throws SlipwayError when there is none; it names the host and not the address, which may be a secret (Slack's is)
 */
export async function request(url: string, options: HttpRequest = {}): Promise<HttpAnswer> {
  const { method = 'GET', headers, json, body, timeoutMs = TIMEOUT_MS, signal } = options;
  try {
    const answer = await fetch(url, {
      method,
      headers: {
        'user-agent': 'slipway',
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      signal: deadline(timeoutMs, signal),
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.text() };
  } catch (error) {
    throw new NoAnswerError(
      `${new URL(url).host} does not answer (${reasonOf(error)}); check the network, then try again`,
    );
  }
}

/** The body as JSON. */
export function parseJson({ status, body }: HttpAnswer, who: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new SlipwayError(`${who} answered ${status} with something that is not JSON; check its address`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'timeout';
  const { cause } = error;
  return (cause as { code?: string } | undefined)?.code ?? error.message;
}
