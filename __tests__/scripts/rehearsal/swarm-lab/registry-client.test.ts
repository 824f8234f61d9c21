import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeFile, digestOf, RegistryClient } from '../../../../scripts/rehearsal/swarm-lab/registry-client';

const sha256 = (content: Buffer | string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** A registry in memory that checks digests, as a real one does; the real one is in the lane. */
describe('pushing without an engine', () => {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  let uploads: string[];
  let server: Server;
  let folder: string;
  let client: RegistryClient;

  const bodyOf = async (request: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };

  const answer = async (request: IncomingMessage): Promise<[status: number, location?: string]> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://registry');
    const body = await bodyOf(request);
    if (request.headers.authorization !== `Basic ${Buffer.from('webshop:secret').toString('base64')}`) return [401];
    if (pathname === '/v2/') return [200];
    if (request.method === 'HEAD') return [blobs.has(path.basename(pathname)) ? 200 : 404];
    if (request.method === 'POST') return [202, '/v2/web/blobs/uploads/1?_state=x'];
    if (pathname.includes('/manifests/')) {
      manifests.set(path.basename(pathname), body);
      return [201];
    }
    const digest = searchParams.get('digest') ?? '';
    if (searchParams.get('_state') !== 'x' || digest !== sha256(body)) return [400];
    uploads.push(digest);
    blobs.set(digest, body);
    return [201];
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-test-'));
    uploads = [];
    blobs.clear();
    server = createServer((request, response) => {
      void answer(request).then(([status, location]) =>
        response.writeHead(status, location === undefined ? {} : { location }).end(),
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    client = new RegistryClient(`http://127.0.0.1:${port}`, { username: 'webshop', password: 'secret' });
  });

  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const layer = async () => {
    const file = path.join(folder, 'layer.tar');
    writeFileSync(file, 'files of the image');
    return { file, blob: await describeFile(file) };
  };

  it('describes a file by its digest and size', async () => {
    expect((await layer()).blob).toEqual({ digest: sha256('files of the image'), size: 18 });
  });

  it('uploads a file once', async () => {
    const { file, blob } = await layer();
    await client.pushFile('web', blob, file);
    await client.pushFile('web', blob, file);
    expect(uploads).toEqual([blob.digest]);
  });

  it('makes an image whose manifest names what was uploaded', async () => {
    const { file, blob } = await layer();
    await client.pushFile('web', blob, file);
    const config = { os: 'linux', config: { Env: ['VERSION=1'] } };
    const digest = await client.pushImage('web', '1', { config, layers: [blob] });
    const manifest = manifests.get('1')!;
    expect(digest).toBe(sha256(manifest));
    const { config: named, layers } = JSON.parse(manifest.toString()) as Record<
      string,
      { digest: string }[] & { digest: string }
    >;
    expect(JSON.parse(blobs.get(named!.digest)!.toString())).toEqual(config);
    expect(layers!.map(each => blobs.has(each.digest))).toEqual([true]);
    expect(await client.pushImage('web', '2', { config: { os: 'linux' }, layers: [blob] })).not.toBe(digest);
  });

  it('says what the registry has refused', async () => {
    const { file, blob } = await layer();
    const wrong = { ...blob, digest: digestOf(Buffer.from('another file')) };
    await expect(client.pushFile('web', wrong, file)).rejects.toThrow(/^the registry answered 400 to PUT of sha256:/);
    const { port } = server.address() as AddressInfo;
    const stranger = new RegistryClient(`http://127.0.0.1:${port}`, { username: 'webshop', password: 'old' });
    expect(await client.answers()).toBe(true);
    expect(await stranger.answers()).toBe(false);
    await expect(stranger.pushImage('web', '1', { config: {}, layers: [] })).rejects.toThrow(/answered 401 to POST/);
  });
});
