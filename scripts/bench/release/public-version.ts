import https from 'node:https';
import { performance } from 'node:perf_hooks';

const ASK_EVERY_MS = 10;
const GIVE_UP_MS = 120_000;

/** So many answers in a row are those of all tasks that the proxy has. */
const IN_A_ROW = 10;

/** Milliseconds from `since` until visitors of a host are answered by a version and by no other; fails after two minutes. */
export async function untilPublic(port: number, host: string, version: string, since: number): Promise<number> {
  let [begin, row] = [0, 0];
  while (performance.now() - since < GIVE_UP_MS) {
    const isRight = (await ask(port, host)) === version;
    if (row === 0) begin = performance.now() - since;
    row = isRight ? row + 1 : 0;
    if (row === IN_A_ROW) return begin;
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
