import type { CheckResult } from '../domain/guard/green-ci';
import type { Review, ReviewedPull } from '../domain/guard/approval';
import { SlipwayError } from '../domain/slipway-error';
import { parseJson, request } from './http';

export interface GithubOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** May read statuses, checks and pull requests; nothing else is needed. */
  readonly token: string;
  /** @default 'https://api.github.com' */
  readonly api?: string;
}

const API = 'https://api.github.com';

/** What GitHub knows of a commit. */
export class Github {
  constructor(private readonly options: GithubOptions) {}

  /** Results of CI for a commit, from both places where they may be: commit statuses and checks. */
  async checks(commit: string): Promise<CheckResult[]> {
    const [statuses, runs] = await Promise.all([
      this.all<{ context: string; state: string }>(`commits/${commit}/status`, 'statuses'),
      this.all<{ name: string; status: string; conclusion: string | null }>(
        `commits/${commit}/check-runs`,
        'check_runs',
      ),
    ]);
    return [
      ...statuses.map(({ context, state }) => ({ name: context, result: state })),
      ...runs.map(({ name, status, conclusion }) => ({
        name,
        result: status === 'completed' ? (conclusion ?? 'no result') : status,
      })),
    ];
  }

  /** Pull requests that brought a commit, with the latest word of each reviewer. */
  async pullsOf(commit: string): Promise<ReviewedPull[]> {
    const pulls = await this.all<{ number: number; user: { login: string } | null }>(`commits/${commit}/pulls`);
    return Promise.all(
      pulls.map(async ({ number, user }) => {
        const [reviews, { users, teams }] = await Promise.all([
          this.all<{ user: { login: string } | null; state: string }>(`pulls/${number}/reviews`),
          this.get<{ users: { login: string }[]; teams: { slug: string }[] }>(`pulls/${number}/requested_reviewers`),
        ]);
        return {
          number,
          author: user?.login ?? '',
          reviews: reviews.map((one): Review => ({ reviewer: one.user?.login ?? '', state: one.state })),
          asked: [...users.map(({ login }) => login), ...teams.map(({ slug }) => slug)],
        };
      }),
    );
  }

  private async get<T>(path: string): Promise<T> {
    return (await this.page<T>(this.url(path))).content;
  }

  /** All pages of a list, which is the answer itself or one of its fields. */
  private async all<T>(path: string, field?: string): Promise<T[]> {
    const found: T[] = [];
    for (let url: string | undefined = `${this.url(path)}?per_page=100`; url !== undefined;) {
      const { content, next }: Page<T[] | Record<string, T[]>> = await this.page(url);
      found.push(...(Array.isArray(content) ? content : (content[field ?? ''] ?? [])));
      url = next;
    }
    return found;
  }

  private url(path: string): string {
    const { api = API, repository } = this.options;
    return `${api}/repos/${repository}/${path}`;
  }

  private async page<T>(url: string): Promise<Page<T>> {
    const answer = await request(url, {
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${this.options.token}`,
        'x-github-api-version': '2022-11-28',
      },
    });
    const next = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    if (answer.status === 200) return { content: parseJson(answer, 'GitHub') as T, next };
    const { pathname } = new URL(url);
    throw new SlipwayError(
      `GitHub answered ${answer.status} to GET ${pathname}; check the token's rights on ${this.options.repository}`,
    );
  }
}

interface Page<T> {
  readonly content: T;
  readonly next: string | undefined;
}
