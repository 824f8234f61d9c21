import * as path from 'node:path';
import type { LoadResult } from '../../scripts/load/load-record';
import { type Load, startLoad } from '../../scripts/load/start-load';
import type { SwarmWorld } from './swarm-world';

const SHOWN_FAILURES = 5;

/** Requests of visitors to the swarm's public port: small and large, quick and slow, over new and over kept connections. */
export function publicLoad(
  world: Pick<SwarmWorld, 'lab'>,
  options: { readonly rate?: number; readonly host?: string; readonly seconds?: number } = {},
): Promise<Load> {
  const root = path.resolve(__dirname, '..', '..');
  const url = `https://127.0.0.1:${world.lab.ports.https}`;
  return startLoad(root, {
    url,
    host: options.host ?? 'example.org',
    rate: options.rate ?? 40,
    seconds: options.seconds ?? 900,
    // A machine that does other things as well is slow at times; a request that is lost stays lost.
    timeoutMs: 30_000,
  });
}

/** The books of a load for the log of a test: one line, and one more for each of the first failures. */
export function describeLoad(what: string, { requests, failed, longestGapMs, failures, started }: LoadResult): string {
  const first = failures.slice(0, SHOWN_FAILURES).map(({ failure, kind, connection, version, sent, ended }) => {
    const after = ((sent - started) / 1000).toFixed(1);
    return `  ${after} s: ${failure ?? ''}: ${kind}, ${connection} connection, version ${version ?? 'none'}, after ${Math.round(ended - sent)} ms\n`;
  });
  const line = `${what}: ${failed} of ${requests} requests failed, longest gap ${Math.round(longestGapMs)} ms\n`;
  return [line, ...first].join('');
}
