import * as http from 'node:http';
import * as https from 'node:https';
import type { Probe } from '../domain/swarm/find-fault';

const TIMEOUT_MS = 5_000;
const MAX_BODY = 64 * 1024;

export interface ProbeOptions {
  /** Name or address that is connected to. @default - the host that is asked for */
  readonly address?: string;
  /** @default 443 */
  readonly port?: number;
  /** Whether a certificate that nobody vouches for is an answer too. @default false */
  readonly trustsAll?: boolean;
  /** Whether there is no TLS: what is asked is behind the proxy. @default false */
  readonly plain?: boolean;
}

const PORT = 443;

/** Requests as a visitor's browser would send them, each over a connection of its own. */
export function httpsProbe({ address, port = PORT, trustsAll = false, plain = false }: ProbeOptions): Probe {
  return ({ host, path, headers }) =>
    new Promise(resolve => {
      const request = (plain ? http.get : https.get)(
        {
          ...{ host: address ?? host, port, path, servername: host, rejectUnauthorized: !trustsAll, agent: false },
          ...{ headers: { 'user-agent': 'slipway', ...headers, host }, timeout: TIMEOUT_MS },
        },
        response => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size <= MAX_BODY) chunks.push(chunk);
          });
          response.on('error', () => resolve(undefined));
          response.on('end', () => {
            const found = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
            const body = Buffer.concat(chunks).toString('utf8');
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(found) as Record<string, string>,
              body,
            });
          });
        },
      );
      const overdue = setTimeout(() => request.destroy(), TIMEOUT_MS);
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(undefined));
      request.on('close', () => clearTimeout(overdue));
    });
}
