import type { PurgeBody } from '../domain/cdn/purge-plan';
import { SlipwayError } from '../domain/slipway-error';
import type { Clock } from './clock';
import { type HttpAnswer, type HttpRequest, parseJson, request } from './http';

export interface CloudflareOptions {
  readonly token: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** @default 'https://api.cloudflare.com/client/v4' */
  readonly api?: string;
}

interface Envelope<T> {
  readonly success: boolean;
  readonly errors: readonly { readonly code: number; readonly message: string }[];
  readonly result: T;
}

const API = 'https://api.cloudflare.com/client/v4';
/** The smallest plan allows five purges a minute, so one minute is always enough to be let in again. */
const MOST_WAITS = 5;
const DEFAULT_WAIT_SECONDS = 12;
const MOST_WAIT_SECONDS = 60;

/** Cloudflare's cache, as far as purging it goes. */
export class Cloudflare {
  constructor(private readonly options: CloudflareOptions) {}

  /** @throws SlipwayError when the token sees no zone of that name */
  async zoneId(name: string): Promise<string> {
    const [zone] = await this.call<readonly { readonly id: string }[]>(`zones?name=${encodeURIComponent(name)}`, {});
    if (zone) return zone.id;
    throw new SlipwayError(`Cloudflare shows no zone ${name} to this token; check \`cdn.zones\` and the token's zones`);
  }

  async purge(zoneId: string, body: PurgeBody): Promise<void> {
    await this.call(`zones/${zoneId}/purge_cache`, { method: 'POST', json: body });
  }

  private async call<T>(path: string, options: HttpRequest): Promise<T> {
    const answer = await this.patiently(path, options);
    if (answer.status === 401 || answer.status === 403) {
      throw new SlipwayError(`Cloudflare refuses the token (${answer.status}); it needs Zone Read and Cache Purge`);
    }
    const { success, errors, result } = parseJson(answer, 'Cloudflare') as Envelope<T>;
    if (success && answer.status === 200) return result;
    const reason = errors.map(({ code, message }) => `${message} (${code})`).join(', ');
    throw new SlipwayError(`Cloudflare answered ${answer.status}: ${reason}; try again with \`slipway cdn purge\``);
  }

  /** Waits as long as Cloudflare asks when there were too many purges. */
  private async patiently(path: string, options: HttpRequest): Promise<HttpAnswer> {
    const { api = API, token, clock, signal, log } = this.options;
    for (let waits = 0; ; waits += 1) {
      const answer = await request(`${api}/${path}`, {
        ...options,
        signal,
        headers: { authorization: `Bearer ${token}` },
      });
      if (answer.status !== 429 || waits === MOST_WAITS || signal.aborted) return answer;
      const asked = Number(answer.headers.get('retry-after') ?? DEFAULT_WAIT_SECONDS);
      const seconds = Math.min(Number.isFinite(asked) ? asked : DEFAULT_WAIT_SECONDS, MOST_WAIT_SECONDS);
      log(`Cloudflare has had enough purges for now; going on in ${seconds} s`);
      await clock.sleep(seconds * 1000, signal);
    }
  }
}
