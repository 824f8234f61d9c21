import https from 'node:https';
import { performance } from 'node:perf_hooks';

const ASK_EVERY_MS = 10;
const GIVE_UP_MS = 120_000;

/** Milliseconds from `since` until a visitor of the host is answered by a version; fails after two minutes. */
export async function untilPublic(port: number, host: string, version: string, since: number): Promise<number> {
  while (performance.now() - since < GIVE_UP_MS) {
    if ((await ask(port, host)) === version) return performance.now() - since;
    await new Promise(resolve => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(`version ${version} did not reach the public of ${host} within ${GIVE_UP_MS / 1000} s`);
}

function ask(port: number, host: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const options = { host: '127.0.0.1', port, path: '/', servername: host, agent: false, rejectUnauthorized: false };
    const request = https.get({ ...options, headers: { host }, timeout: 5_000 }, response => {
      response.resume();
      resolve(String(response.headers['x-version'] ?? ''));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}
