import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GithubPull {
  readonly number: number;
  readonly author: string;
  readonly reviews: readonly { readonly reviewer: string; readonly state: string }[];
  readonly asked?: readonly string[];
}

/**
 * The part of GitHub's REST API that says whether a commit may be released: commit statuses, check runs, the pull requests of a
 * commit and their reviews, with the API's paging, its token and its version header.
 */
export class GithubServer {
  statuses: { context: string; state: 'success' | 'pending' | 'failure' | 'error' }[] = [];
  runs: { name: string; status: 'queued' | 'in_progress' | 'completed'; conclusion: string | null }[] = [];
  pulls: GithubPull[] = [];
  pageSize = 100;
  /** Requests that GitHub would not have understood. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly base: string,
    private readonly commit: string,
  ) {}

  static async start(repository: string, commit: string): Promise<GithubServer> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', github.url);
      const reply = (status: number, json: unknown, headers = {}) =>
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
      if (request.headers.authorization !== 'Bearer read-token') return void reply(401, { message: 'Bad credentials' });
      if (request.headers['x-github-api-version'] !== '2022-11-28') github.complaints.push('no API version');
      if (!request.headers['user-agent']) github.complaints.push('no user agent');
      const content = request.method === 'GET' ? github.answer(url.pathname) : undefined;
      if (!content) return void reply(404, { message: 'Not Found' });
      github.page(url, content, reply);
    });
    const github = new GithubServer(server, `/repos/${repository}`, commit);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return github;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(() => resolve()));
  }

  private answer(
    pathname: string,
  ): { readonly list: readonly unknown[]; readonly field?: string } | object | undefined {
    const path = pathname.replace(`${this.base}/`, '');
    if (path === `commits/${this.commit}/status`) return { list: this.statuses, field: 'statuses' };
    if (path === `commits/${this.commit}/check-runs`) return { list: this.runs, field: 'check_runs' };
    if (path === `commits/${this.commit}/pulls`) {
      return { list: this.pulls.map(({ number, author }) => ({ number, user: { login: author } })) };
    }
    const [, number, what] = /^pulls\/(\d+)\/(reviews|requested_reviewers)$/.exec(path) ?? [];
    const pull = this.pulls.find(one => one.number === Number(number));
    if (!pull) return undefined;
    if (what === 'reviews') {
      return { list: pull.reviews.map(({ reviewer, state }) => ({ user: { login: reviewer }, state })) };
    }
    return { users: (pull.asked ?? []).map(login => ({ login })), teams: [{ slug: 'owners' }] };
  }

  private page(url: URL, content: object, reply: (status: number, json: unknown, headers?: object) => void): void {
    if (!('list' in content)) {
      reply(200, content);
      return;
    }
    const { list, field } = content as { list: readonly unknown[]; field?: string };
    const size = Math.min(Number(url.searchParams.get('per_page') ?? 30), this.pageSize);
    const page = Number(url.searchParams.get('page') ?? 1);
    const part = list.slice((page - 1) * size, page * size);
    url.searchParams.set('page', String(page + 1));
    const headers = page * size < list.length ? { link: `<${url.href}>; rel="next"` } : {};
    reply(200, field === undefined ? part : { total_count: list.length, [field]: part }, headers);
  }
}
