import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Block {
  readonly type?: unknown;
  readonly text?: { readonly type?: unknown; readonly text?: unknown };
}

export interface ReceivedMessage {
  readonly text: string;
  readonly blocks: readonly { readonly text: { readonly text: string } }[];
}

/** Slack's incoming webhook: takes what its documentation allows, answers `ok`, and says `invalid_payload` to anything else. */
export class SlackServer {
  readonly messages: ReceivedMessage[] = [];
  requests = 0;
  /** Statuses to answer with first, before it works. */
  troubles: number[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SlackServer> {
    const server = createServer((request, response) => {
      void text(request).then(body => {
        slack.requests += 1;
        const trouble = slack.troubles.shift();
        const reply = (status: number, words: string) => void response.writeHead(status).end(words);
        if (trouble !== undefined) {
          reply(trouble, 'trouble');
          return;
        }
        if (request.url !== '/services/T000/B000/secret') {
          reply(404, 'no_service');
          return;
        }
        if (request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
          reply(400, 'invalid_payload');
          return;
        }
        if (!isMessage(body)) {
          reply(400, 'invalid_payload');
          return;
        }
        slack.messages.push(JSON.parse(body) as ReceivedMessage);
        reply(200, 'ok');
      });
    });
    const slack = new SlackServer(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return slack;
  }

  get webhook(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/services/T000/B000/secret`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(() => resolve()));
  }
}

/** `text` is required beside blocks for notifications; a section has 1 to 3000 characters, a message 50 blocks at most. */
function isMessage(body: string): boolean {
  const { text: words, blocks, ...rest } = JSON.parse(body) as Record<string, unknown>;
  if (typeof words !== 'string' || words === '' || !Array.isArray(blocks) || blocks.length > 50) return false;
  return Object.keys(rest).length === 0 && (blocks as Block[]).every(isSection);
}

function isSection({ type, text: content }: Block): boolean {
  const words = content?.text;
  return (
    type === 'section' &&
    content?.type === 'mrkdwn' &&
    typeof words === 'string' &&
    words.length > 0 &&
    words.length <= 3000
  );
}
