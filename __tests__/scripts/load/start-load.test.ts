import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { LoadOptions } from '../../../scripts/load/load-options';
import { type Load, startLoad } from '../../../scripts/load/start-load';

const ROOT = path.join(__dirname, '..', '..', '..');

describe('a load', () => {
  let server: Server;
  let load: Load | undefined;
  let hosts: Set<string | undefined>;

  /** Sends so many requests to a server that answers like this, and returns the books. */
  const send = async (answer: RequestListener, options: Partial<LoadOptions> = {}) => {
    load = await startLoadOn(answer, options);
    for (;;) {
      const { requests } = await load.current();
      if (requests >= (options.requests ?? 40)) return load.stop();
    }
  };

  const startLoadOn = async (answer: RequestListener, options: Partial<LoadOptions>) => {
    hosts = new Set();
    server = createServer((request, response) => {
      hosts.add(request.headers.host);
      response.setHeader('x-version', '7');
      answer(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return startLoad(ROOT, { url, host: 'example.org', rate: 200, requests: 40, timeoutMs: 500, ...options });
  };
  const works: RequestListener = (request, response) => {
    if (request.method === 'POST') request.pipe(response);
    else response.end('ok');
  };

  afterEach(async () => {
    await load?.stop().catch(() => undefined);
    server.closeAllConnections();
    server.close();
  });

  it('sends all kinds over kept and fresh connections, and loses none', async () => {
    let connections = 0;
    const result = await send((request, response) => {
      if (request.socket.listenerCount('counted') === 0) connections += 1;
      request.socket.on('counted', () => undefined);
      works(request, response);
    });
    expect(result).toMatchObject({ requests: 40, failed: 0, reasons: {}, versions: { 7: { requests: 40 } } });
    expect(hosts).toEqual(new Set(['example.org']));
    for (const kind of Object.values(result.kinds)) expect(kind.requests).toBeGreaterThan(0);
    const { kept, fresh } = result.connections;
    expect(kept.requests + fresh.requests).toBe(40);
    expect(connections).toBeGreaterThanOrEqual(fresh.requests);
    expect(connections).toBeLessThan(40);
  });

  it.each<[string, RequestListener]>([
    ['status 502', (_, response) => void response.writeHead(502).end()],
    ['status 301', (_, response) => void response.writeHead(301).end()],
    ['ECONNRESET', request => void request.socket.resetAndDestroy()],
    ['no complete answer in time', () => undefined],
    ['no complete answer in time', (_, response) => void response.write('half')],
    [
      'the answer was cut off',
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => response.destroy());
      },
    ],
  ])('counts what ends with "%s" as failed', async (reason, answer) => {
    const result = await send(answer, { requests: 4, mix: { get: 1 } });
    expect(result).toMatchObject({ requests: 4, failed: 4, reasons: { [reason]: 4 } });
  });

  it('counts a post as failed whose answer is not what was sent', async () => {
    const answer: RequestListener = (request, response) => void request.resume().on('end', () => response.end('other'));
    const result = await send(answer, { requests: 4, mix: { post: 1 } });
    expect(result.reasons).toEqual({ 'another body than was sent': 4 });
  });

  it('counts a refused connection as failed', async () => {
    const started = await startLoadOn(works, { requests: 1 });
    load = started;
    const { port } = server.address() as AddressInfo;
    await started.stop();
    server.close();
    load = await startLoad(ROOT, { url: `http://127.0.0.1:${port}`, requests: 2 });
    while ((await load.current()).requests < 2);
    expect((await load.stop()).reasons).toEqual({ ECONNREFUSED: 2 });
  });

  it('keeps its rate while answers are slow', async () => {
    const open: (() => void)[] = [];
    load = await startLoadOn((_, response) => void open.push(() => response.end()), {
      timeoutMs: 60_000,
      mix: { get: 1 },
    });
    while (open.length < 40) await new Promise(resolve => setImmediate(resolve));
    expect((await load.current()).requests).toBe(0);
    for (const answer of open) answer();
    expect(await load.stop()).toMatchObject({ requests: 40, failed: 0 });
  });

  it('ends with its process, and says the same when it is stopped twice', async () => {
    load = await startLoadOn(works, {});
    const [one, two] = await Promise.all([load.stop(), load.stop()]);
    expect(two).toBe(one);
    expect(await load.current()).toBe(one);
    expect(existsSync(`/proc/${load.pid}`)).toBe(false);
  });

  it('says so when its process was killed', async () => {
    load = await startLoadOn(works, {});
    process.kill(load.pid, 'SIGKILL');
    await expect(load.stop()).rejects.toThrow(/^the process that sends the load ended with SIGKILL$/);
  });

  it('refuses a server elsewhere before anything is started', async () => {
    server = createServer();
    await expect(startLoad(ROOT, { url: 'https://example.org' })).rejects.toThrow(/a server of this machine/);
  });
});
