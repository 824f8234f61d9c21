import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type PurgeRequest = Readonly<Record<string, unknown>>;

const LISTS = ['files', 'hosts', 'prefixes', 'tags'];
const ITEMS_A_REQUEST = 100;

/** Cloudflare's API for zones and purges, with the envelope of its answers, its limits and its token. */
export class CloudflareServer {
  /** What was purged, by zone. */
  readonly purged: { readonly zone: string; readonly body: PurgeRequest }[] = [];
  /** Purges that are let through before the next is told to wait. */
  bucket = Infinity;
  /** What it is told. */
  retryAfter = '7';

  private constructor(
    private readonly server: Server,
    private readonly zones: readonly string[],
  ) {}

  static async start(...zones: string[]): Promise<CloudflareServer> {
    const server = createServer((request, response) => {
      void text(request).then(body => {
        const reply = (status: number, result: unknown, error?: string, headers = {}) => {
          const errors = error === undefined ? [] : [{ code: 1000 + status, message: error }];
          const content = { success: error === undefined, errors, messages: [], result };
          response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(content));
        };
        const url = new URL(request.url ?? '/', cloudflare.url);
        if (request.headers.authorization !== 'Bearer purge-token') reply(403, null, 'Authentication error');
        else if (request.method === 'GET' && url.pathname === '/zones') {
          const found = cloudflare.zones.filter(name => name === url.searchParams.get('name'));
          reply(
            200,
            found.map(name => ({ id: `id-of-${name}`, name })),
          );
        } else cloudflare.purge(url.pathname, request.method === 'POST' ? body : '', reply);
      });
    });
    const cloudflare = new CloudflareServer(server, zones);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return cloudflare;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(() => resolve()));
  }

  private purge(
    path: string,
    text: string,
    reply: (status: number, result: unknown, error?: string, headers?: object) => void,
  ): void {
    const zone = this.zones.find(name => path === `/zones/id-of-${name}/purge_cache`);
    if (zone === undefined || text === '') {
      reply(404, null, 'Could not route');
      return;
    }
    const body = JSON.parse(text) as PurgeRequest;
    if (!isPurge(body)) reply(400, null, 'Unable to purge, check the request');
    else if (this.bucket <= 0) {
      // One more is let through after the wait.
      this.bucket = 1;
      reply(429, null, 'Rate limited', { 'retry-after': this.retryAfter });
    } else {
      this.bucket -= 1;
      this.purged.push({ zone, body });
      reply(200, { id: `id-of-${zone}` });
    }
  }
}

/** Exactly one way to say it, 1 to 100 items of text; a prefix has no scheme, a file has one. */
function isPurge(body: PurgeRequest): boolean {
  const entries = Object.entries(body);
  const [[way, value] = ['', undefined]] = entries;
  if (entries.length !== 1) return false;
  if (way === 'purge_everything') return value === true;
  if (!LISTS.includes(way) || !Array.isArray(value) || value.length === 0 || value.length > ITEMS_A_REQUEST)
    return false;
  const isRight = { files: /^https?:\/\//, hosts: /^[a-z0-9.-]+$/, prefixes: /^[a-z0-9.-]+(\/|$)/ }[way] ?? /./;
  return value.every(item => typeof item === 'string' && isRight.test(item));
}
