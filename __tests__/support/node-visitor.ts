import * as http from 'node:http';
import * as https from 'node:https';
import { TLSSocket } from 'node:tls';

export interface Visit {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** Subject of the certificate, over HTTPS. */
  readonly certificate?: string;
}

/** One request to a port of this machine, under a host name that nobody has to resolve. */
export function visit(scheme: 'http' | 'https', port: number, host: string, path = '/'): Promise<Visit> {
  const { request } = scheme === 'http' ? http : https;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers: { host }, agent: false };
    const sent = request({ ...options, servername: host, rejectUnauthorized: false }, answer => {
      const chunks: Buffer[] = [];
      const { socket } = answer;
      // Later the socket has forgotten it.
      const certificate = socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject.CN) : undefined;
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
          ...(certificate !== undefined && { certificate }),
        }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
