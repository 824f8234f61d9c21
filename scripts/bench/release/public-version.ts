import https from 'node:https';
import { performance } from 'node:perf_hooks';

const ASK_EVERY_MS = 10;
const GIVE_UP_MS = 120_000;

/** So many answers in a row are those of all tasks that the proxy has. */
const IN_A_ROW = 10;

/** Milliseconds from a moment. */
export interface PublicSince {
  /** Until the first visitor was answered by a version. */
  readonly first: number;
  /** Until no visitor was answered by another one any more. */
  readonly only: number;
}

/** Waits until visitors of a host are answered by a version and by no other; fails after two minutes. */
export async function untilPublic(port: number, host: string, version: string, since: number): Promise<PublicSince> {
  let [first, only, row] = [Number.NaN, Number.NaN, 0];
  while (performance.now() - since < GIVE_UP_MS) {
    const isRight = (await ask(port, host)) === version;
    const now = performance.now() - since;
    if (isRight && Number.isNaN(first)) first = now;
    if (isRight && row === 0) only = now;
    row = isRight ? row + 1 : 0;
    if (row === IN_A_ROW) return { first, only };
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
