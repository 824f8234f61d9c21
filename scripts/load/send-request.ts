import * as http from 'node:http';
import * as https from 'node:https';
import type { Kind, LoadPlan } from './load-options';
import type { Connection } from './load-record';

/** What became of a request. */
export interface Outcome {
  readonly version?: string;
  readonly failure?: string;
}

const POST_BODY = Buffer.alloc(2_048, 'slipway ');

/** Sends the requests of a plan, over connections that are kept and over fresh ones. */
export class RequestSender {
  private readonly kept: http.Agent;

  constructor(private readonly plan: LoadPlan) {
    this.kept = plan.secure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
  }

  /** Resolves when the answer is complete, or will never be. */
  send(kind: Kind, connection: Connection): Promise<Outcome> {
    const { plan } = this;
    const isPost = kind === 'post';
    const options: https.RequestOptions = {
      ...{ host: plan.address, port: plan.port, path: plan.paths[kind], method: isPost ? 'POST' : 'GET' },
      ...{ servername: plan.host, rejectUnauthorized: false },
      headers: { host: plan.host, ...(isPost && { 'content-length': POST_BODY.length }) },
      agent: connection === 'kept' ? this.kept : false,
    };
    return new Promise(resolve => {
      const request = (plan.secure ? https : http).request(options);
      const overdue = setTimeout(() => end({ failure: 'no complete answer in time' }), plan.timeoutMs);
      let version: string | undefined;
      const end = (outcome: Outcome) => {
        clearTimeout(overdue);
        resolve({ ...(version !== undefined && { version }), ...outcome });
        if (outcome.failure !== undefined) request.destroy();
      };
      request.on('error', (error: NodeJS.ErrnoException) => end({ failure: error.code ?? error.message }));
      request.on('response', response => {
        const named = response.headers[plan.versionHeader];
        if (typeof named === 'string') version = named;
        void this.judge(response, isPost).then(failure => end(failure === undefined ? {} : { failure }));
      });
      request.end(isPost ? POST_BODY : undefined);
    });
  }

  /** Closes the connections that were kept. */
  close(): void {
    this.kept.destroy();
  }

  /** What is wrong with an answer; undefined when nothing is. */
  private async judge(response: http.IncomingMessage, isPost: boolean): Promise<string | undefined> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response) if (isPost) chunks.push(chunk as Buffer);
    } catch {
      return 'the answer was cut off';
    }
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) return `status ${status}`;
    return isPost && !Buffer.concat(chunks).equals(POST_BODY) ? 'another body than was sent' : undefined;
  }
}
