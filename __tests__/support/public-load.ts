import * as path from 'node:path';
import type { LoadResult } from '../../scripts/load/load-record';
import { type Load, startLoad } from '../../scripts/load/start-load';
import type { SwarmWorld } from './swarm-world';

/** Requests of visitors to the swarm's public port: small and large, quick and slow, over new and over kept connections. */
export function publicLoad(world: SwarmWorld, options: { readonly rate?: number } = {}): Promise<Load> {
  const root = path.resolve(__dirname, '..', '..');
  const url = `https://127.0.0.1:${world.lab.ports.https}`;
  return startLoad(root, { url, host: 'example.org', rate: options.rate ?? 40, seconds: 900 });
}

/** The books of a load in one line, for the log of a test. */
export function describeLoad(what: string, { requests, failed, longestGapMs, reasons }: LoadResult): string {
  const why = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
  return `${what}: ${failed} of ${requests} requests failed, longest gap ${Math.round(longestGapMs)} ms ${why.join(', ')}\n`;
}
