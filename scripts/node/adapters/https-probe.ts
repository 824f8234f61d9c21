import * as https from 'node:https';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request as a visitor's browser would send it. */
export interface Question {
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the site on this node; undefined when no answer came. */
export type Probe = (question: Question) => Promise<Answer | undefined>;

const TIMEOUT_MS = 5_000;
const MAX_BODY = 64 * 1024;

/**
 * Requests to this node's own public port, each over a connection of its own.
 *
 * The certificate is not looked at: before the first release there is none, and what is judged here is the application.
 */
export function httpsProbe(port: number): Probe {
  return ({ host, path, headers }) =>
    new Promise(resolve => {
      const request = https.get(
        {
          ...{ host: '127.0.0.1', port, path, servername: host, rejectUnauthorized: false, agent: false },
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
