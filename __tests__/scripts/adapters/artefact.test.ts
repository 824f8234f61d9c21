import { createServer, type Server } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fetchArtefact } from '../../../scripts/adapters/artefact';

const CONTENT = Buffer.from([0, 255, 128, 10]);
const SHA256 = '3bb28d48a45ef3d4c4b1bde0e27d08d2c0ba0b8f6f7a6c0c9a1a3f1c0d8b3a55';

describe('an artefact', () => {
  let server: Server;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-artefact-'));
    server = createServer((request, response) => {
      if (request.url === '/cut.bin')
        response.writeHead(200, { 'content-length': '10' }).write(CONTENT, () => response.destroy());
      else response.writeHead(request.url === '/font.bin' ? 200 : 404).end(CONTENT);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  const get = (name: string, sha256: string, to = 'fonts/font.bin') => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`;
    return fetchArtefact({ url, sha256, to }, folder, new AbortController().signal);
  };
  const target = () => path.join(folder, 'fonts', 'font.bin');

  test('is at its place, byte for byte', async () => {
    await get('font.bin', await sumOf(CONTENT));
    expect(readFileSync(target())).toEqual(CONTENT);
  });

  test('with another checksum is refused with 4, and is not there', async () => {
    const sum = await sumOf(CONTENT);
    await expect(get('font.bin', SHA256)).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(
        new RegExp(`/font\\.bin has sha256 ${sum}, not ${SHA256}; find out who has changed it before`),
      ) as string,
    });
    expect(existsSync(target())).toBe(false);
  });

  test.each([
    ['gone.bin', /\/gone\.bin cannot be fetched: HTTP 404; check its address, then try again$/],
    ['cut.bin', /\/cut\.bin cannot be fetched: /],
  ])('%s: exit code 4, and nothing is there', async (name, message) => {
    await expect(get(name, SHA256)).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(message) as string,
    });
    expect(existsSync(target())).toBe(false);
  });

  test.each(['../outside.bin', '/etc/outside.bin', '.'])('to %s is refused', async to => {
    await expect(get('font.bin', SHA256, to)).rejects.toThrow(
      `is to go to "${to}", allowed is a path among the assets`,
    );
  });
});

async function sumOf(content: Buffer): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', content)).toString('hex');
}
