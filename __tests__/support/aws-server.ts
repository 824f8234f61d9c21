import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the SDK sent it. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface AwsAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A small server that answers the AWS SDK with whatever a test wants it to hear. */
export class AwsServer {
  readonly requests: AwsRequest[] = [];

  private constructor(
    private readonly server: Server,
    private readonly answer: (request: AwsRequest) => AwsAnswer,
  ) {}

  static async start(answer: (request: AwsRequest) => AwsAnswer): Promise<AwsServer> {
    const server = createServer((request, response) => {
      void aws.handle(request).then(({ status, body, headers }) => response.writeHead(status, headers).end(body));
    });
    const aws = new AwsServer(server, answer);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return aws;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage): Promise<AwsAnswer> {
    const seen = { method: request.method ?? '', path: request.url ?? '', body: await text(request) };
    this.requests.push(seen);
    return this.answer(seen);
  }
}

/** An error of the query APIs (STS, classic SES). */
export function queryError(status: number, code: string, message: string): AwsAnswer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body: `<ErrorResponse>${error}<RequestId>r-1</RequestId></ErrorResponse>` };
}

/** An error of S3. */
export function s3Error(status: number, code: string, message: string): AwsAnswer {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}

/** An error of the JSON APIs (SES version 2). */
export function jsonError(status: number, code: string, message: string): AwsAnswer {
  return {
    status,
    body: JSON.stringify({ message }),
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
  };
}

/** STS's answer to "who am I?". */
export function callerIdentity(account: string): AwsAnswer {
  const result = `<Arn>arn:aws:iam::${account}:user/ops</Arn><UserId>AIDA</UserId><Account>${account}</Account>`;
  return {
    status: 200,
    body:
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
      `<GetCallerIdentityResult>${result}</GetCallerIdentityResult>` +
      '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
  };
}
