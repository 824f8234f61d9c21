import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import path from 'node:path';
import type { SampleMode } from '../../../../scripts/rehearsal/swarm-lab/sample-images';

const PROGRAM = path.join(__dirname, '../../../../scripts/rehearsal/swarm-lab/application.cjs');

interface Page {
  readonly status: number | undefined;
  readonly version: string | string[] | undefined;
  readonly body: string;
}

describe('the sample application', () => {
  let child: ChildProcess;
  let port: number;

  const start = async (mode: SampleMode) => {
    child = spawn(process.execPath, [PROGRAM], {
      env: { PORT: '0', VERSION: '202611.1', MODE: mode },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    port = Number(/listens on (\d+)/.exec(line.toString())?.[1]);
  };

  const visit = (
    page: string,
    headers: Record<string, string> = { host: 'example.org' },
    body?: string,
    arrived?: () => void,
  ) =>
    new Promise<Page>((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const sent = request({ host: '127.0.0.1', port, path: page, method, headers, agent: false }, answer => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const version = answer.headers['x-version'];
          resolve({ status: answer.statusCode, version, body: Buffer.concat(chunks).toString() });
        });
      });
      sent.on('error', reject);
      if (arrived) sent.on('continue', arrived);
      sent.end(body);
    });
  /** Resolves when the application has the request, and has not answered yet. */
  const beginSlow = () =>
    new Promise<{ answer: Promise<Page> }>(resolve => {
      const asked = { host: 'example.org', expect: '100-continue' };
      const answer = visit('/slow', asked, undefined, () => resolve({ answer }));
      // Whoever waits for it does so later.
      answer.catch(() => undefined);
    });
  const statuses = async (...pages: string[]) => {
    const found = [];
    for (const page of pages) found.push((await visit(page)).status);
    return found;
  };

  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('names its version, takes posts, and has small, slow and large pages', async () => {
    await start('works');
    expect(await visit('/')).toEqual({ status: 200, version: '202611.1', body: 'webshop 202611.1\n' });
    expect(JSON.parse((await visit('/version')).body)).toEqual({ version: '202611.1' });
    expect((await visit('/echo', {}, 'hello')).body).toBe('hello');
    expect((await visit('/large')).body.length).toBeGreaterThan(2_000_000);
    expect(await statuses('/healthz', '/slow')).toEqual([200, 200]);
  });

  it('finishes what it has begun when it is asked to end', async () => {
    await start('works');
    const slow = await beginSlow();
    child.kill('SIGTERM');
    expect((await slow.answer).status).toBe(200);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('drops what it has begun in the mode exit-at-once', async () => {
    await start('exit-at-once');
    const slow = await beginSlow();
    child.kill('SIGTERM');
    await expect(slow.answer).rejects.toThrow(/hang up|ECONNRESET/);
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  });

  it('never-healthy fails only its health check', async () => {
    await start('never-healthy');
    expect(await statuses('/healthz', '/')).toEqual([500, 200]);
  });

  it('http-500 fails all but its health check', async () => {
    await start('http-500');
    expect(await statuses('/healthz', '/', '/version', '/large')).toEqual([200, 500, 500, 500]);
  });

  it('wrong-version names another', async () => {
    await start('wrong-version');
    expect((await visit('/')).version).toBe('0.0.0');
    expect(JSON.parse((await visit('/version')).body)).toEqual({ version: '0.0.0' });
  });

  it('crash-after ends badly and says so', async () => {
    await start('crash-after=0.2');
    const [said] = (await once(child.stderr!, 'data')) as [Buffer];
    expect(said.toString()).toContain('crash on purpose');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });

  it('exit-0 ends at once, and well', async () => {
    child = spawn(process.execPath, [PROGRAM], { env: { MODE: 'exit-0' }, stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('fails-after-switch counts the requests of visitors, not those of checks', async () => {
    await start('fails-after-switch=2');
    for (let round = 0; round < 3; round += 1) {
      await visit('/', { host: 'example.org', 'x-slipway-preview': 'token' });
      await visit('/', { host: '127.0.0.1:8080' });
      await visit('/healthz');
    }
    expect(await statuses('/', '/', '/', '/', '/healthz')).toEqual([200, 200, 500, 500, 200]);
  });
});
