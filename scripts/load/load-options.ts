import { isIP } from 'node:net';
import { SlipwayError } from '../domain/slipway-error';

/** `get` and `post` are small; `slow` is answered after a while; `large` is some megabytes. */
export const KINDS = ['get', 'post', 'slow', 'large'] as const;
export type Kind = (typeof KINDS)[number];

/** Load on a server of this machine. Requests are sent at a fixed rate, however long the answers take. */
export interface LoadOptions {
  /** Server and port, e.g. `https://127.0.0.1:8443`; a loopback address and no other. Any certificate will do. */
  readonly url: string;
  /** Host name that is asked for. @default - the one of `url` */
  readonly host?: string;
  /** Requests a second, 1 to 1,000. @default 50 */
  readonly rate?: number;
  /** Ends after so many seconds, 1 to 3,600. @default 300 */
  readonly seconds?: number;
  /** Ends after so many requests, 1 to 1,000,000. @default - by `seconds` alone */
  readonly requests?: number;
  /** Share of each kind, as weights. @default - get 12, post 6, slow 1, large 1 */
  readonly mix?: Readonly<Partial<Record<Kind, number>>>;
  /** Path of each kind. @default - /, /echo, /slow and /large */
  readonly paths?: Readonly<Partial<Record<Kind, string>>>;
  /** Milliseconds until a request without a complete answer has failed, 100 to 60,000. @default 10,000 */
  readonly timeoutMs?: number;
  /** Header of the answers that names the version. @default 'x-version' */
  readonly versionHeader?: string;
}

/** Options that were checked, with all defaults. */
export interface LoadPlan {
  readonly secure: boolean;
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly rate: number;
  readonly seconds: number;
  readonly requests: number;
  readonly timeoutMs: number;
  readonly versionHeader: string;
  readonly paths: Readonly<Record<Kind, string>>;
  /** Kinds in the order in which they are sent, over and over. */
  readonly order: readonly Kind[];
}

const PATHS: Readonly<Record<Kind, string>> = { get: '/', post: '/echo', slow: '/slow', large: '/large' };
const MIX: Readonly<Record<Kind, number>> = { get: 12, post: 6, slow: 1, large: 1 };
const MOST_REQUESTS = 1_000_000;
const HIGHEST_WEIGHT = 100;

/** @throws SlipwayError for a server that is not on this machine, or a number that is out of bounds */
export function checkLoad(options: LoadOptions): LoadPlan {
  const { secure, address, port } = server(options.url);
  const mix = options.mix ?? MIX;
  for (const kind of KINDS) whole(`weight of ${kind}`, mix[kind] ?? 0, 0, HIGHEST_WEIGHT);
  const order = spread(mix);
  if (order.length === 0) throw refused('mix', JSON.stringify(mix), 'at least one weight above 0', 'give get a weight');
  return {
    ...{ secure, address, port, order },
    host: options.host ?? new URL(options.url).hostname,
    rate: whole('rate', options.rate ?? 50, 1, 1_000),
    seconds: whole('seconds', options.seconds ?? 300, 1, 3_600),
    requests: whole('requests', options.requests ?? MOST_REQUESTS, 1, MOST_REQUESTS),
    timeoutMs: whole('timeoutMs', options.timeoutMs ?? 10_000, 100, 60_000),
    versionHeader: (options.versionHeader ?? 'x-version').toLowerCase(),
    paths: { ...PATHS, ...options.paths },
  };
}

function server(url: string): Pick<LoadPlan, 'secure' | 'address' | 'port'> {
  const next = 'write it like https://127.0.0.1:8443';
  if (!URL.canParse(url)) throw refused('url', url, 'a URL', next);
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw refused('url', url, 'https or http', next);
  const secure = protocol === 'https:';
  const address = loopback(hostname);
  if (address === undefined) throw refused('url', url, 'a server of this machine: load elsewhere is an attack', next);
  return { secure, address, port: Number(port || (secure ? 443 : 80)) };
}

/** The address itself: a name could be resolved to another one later. */
function loopback(hostname: string): string | undefined {
  if (hostname === 'localhost') return '127.0.0.1';
  if (hostname === '[::1]') return '::1';
  return isIP(hostname) === 4 && hostname.startsWith('127.') ? hostname : undefined;
}

/** Kinds by their weights, each spread evenly over the order. */
function spread(mix: Readonly<Partial<Record<Kind, number>>>): Kind[] {
  return KINDS.flatMap(kind => {
    const weight = mix[kind] ?? 0;
    return Array.from({ length: weight }, (_, index) => ({ kind, at: (index + 0.5) / weight }));
  })
    .sort((one, other) => one.at - other.at)
    .map(({ kind }) => kind);
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw refused(name, String(value), `a whole number from ${least} to ${most}`, `take ${Math.max(least, 1)}`);
}

function refused(name: string, value: string, allowed: string, next: string): SlipwayError {
  return new SlipwayError(`load: ${name} ${value} is not allowed, only ${allowed}; ${next}`);
}
