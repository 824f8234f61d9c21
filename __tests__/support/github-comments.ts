import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Comment {
  readonly id: number;
  readonly issue: number;
  body: string;
}

const PAGE_LIMIT = 100;
const BODY_LIMIT = 65_536;

/** The part of GitHub's REST API that comments of a pull request need, with its paging, its limit and its token. */
export class GithubComments {
  private readonly comments: Comment[] = [];
  private readonly pulls: { readonly number: number; readonly head: string }[] = [];

  private constructor(
    private readonly server: Server,
    private readonly base: string,
  ) {}

  static async start(owner: string, repository: string): Promise<GithubComments> {
    const server = createServer((request, response) => void github.answer(request, response));
    const github = new GithubComments(server, `/repos/${owner}/${repository}`);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return github;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  add(issue: number, body: string): Comment {
    const comment = { id: this.comments.length + 1000, issue, body };
    this.comments.push(comment);
    return comment;
  }

  open(number: number, head: string): void {
    this.pulls.push({ number, head });
  }

  bodies(issue: number): string[] {
    return this.comments.filter(comment => comment.issue === issue).map(comment => comment.body);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const sent = await text(request);
    const body = sent === '' ? '' : (JSON.parse(sent) as { body: string }).body;
    const reply = (status: number, json: unknown) => response.writeHead(status).end(JSON.stringify(json));
    if (request.headers.authorization !== 'Bearer a-token') return void reply(401, { message: 'Bad credentials' });
    if (body.length > BODY_LIMIT) return void reply(422, { message: 'body is too long' });

    const route = `${request.method ?? ''} ${url.pathname.replace(this.base, '')}`;
    const issue = Number(/^(?:GET|POST) \/issues\/(\d+)\/comments$/.exec(route)?.[1]);
    const edited = Number(/^PATCH \/issues\/comments\/(\d+)$/.exec(route)?.[1]);
    if (route === 'GET /pulls') {
      const head = url.searchParams.get('head');
      return void reply(
        200,
        this.pulls.filter(pull => pull.head === head),
      );
    }
    if (edited) {
      const comment = this.comments.find(({ id }) => id === edited);
      if (!comment) return void reply(404, { message: 'Not Found' });
      comment.body = body;
      return void reply(200, this.shown(comment));
    }
    if (issue && request.method === 'POST') return void reply(201, this.shown(this.add(issue, body)));
    if (issue) this.page(issue, url, response);
    else reply(404, { message: 'Not Found' });
  }

  private page(issue: number, url: URL, response: ServerResponse): void {
    const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), PAGE_LIMIT);
    const page = Number(url.searchParams.get('page') ?? 1);
    const all = this.comments.filter(comment => comment.issue === issue);
    if (page * size < all.length) {
      url.searchParams.set('page', String(page + 1));
      response.setHeader('link', `<${url.href}>; rel="next", <${url.href}>; rel="last"`);
    }
    const shown = all.slice((page - 1) * size, page * size).map(comment => this.shown(comment));
    response.writeHead(200).end(JSON.stringify(shown));
  }

  private shown({ id, issue, body }: Comment): object {
    return { id, body, html_url: `${this.url}/pull/${issue}#issuecomment-${id}` };
  }
}
