import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from './pipeline';

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

interface Workflow {
  readonly name: string;
  readonly status: string;
}

const PROJECT = 'gh/example-org/webshop';
const ID = '5034460f-c7c4-4c43-9457-de07e2029e7b';
const CREATED = '2026-11-27T12:00:00.000Z';

/**
 * The part of CircleCI's API v2 that tells of contexts and runs pipelines, with its token, its paging and its documented answers. It
 * starts a pipeline only with parameters that .circleci/config.yml declares.
 */
export class CircleciServer {
  /** Variables by context. */
  contexts: Readonly<Record<string, readonly string[]>> = {};
  pageSize = 20;
  /** What is answered first, before it works: statuses, or `hang up`. */
  troubles: (number | 'hang up')[] = [];
  /** The workflows of the pipeline, one entry a question; the last one stays. */
  progress: (readonly Workflow[])[] = [];
  /** What is wrong with the configuration. */
  errors: readonly string[] = [];
  /** Called when a pipeline is started; it is pending until this resolves. */
  onStart: (parameters: Readonly<Record<string, string>>) => Promise<void> = () => Promise.resolve();
  readonly started: { readonly branch: string; readonly parameters: Readonly<Record<string, string>> }[] = [];
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CircleciServer> {
    const server = createServer((request, response) => {
      void text(request).then(async body => {
        const trouble = circleci.troubles.shift();
        if (trouble === 'hang up') {
          response.destroy();
          return;
        }
        const url = new URL(request.url ?? '/', 'http://circleci');
        circleci.asked.push(`${request.method ?? ''} ${url.pathname}`);
        const allowed = request.headers['circle-token'] === 'personal-token';
        const answer =
          trouble !== undefined
            ? { status: trouble, json: { message: 'trouble' } }
            : allowed
              ? await circleci.answer(request.method ?? '', url, request.headers['content-type'], body)
              : { status: 401, json: { message: 'You must log in first.' } };
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json));
      });
    });
    const circleci = new CircleciServer(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return circleci;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(() => resolve()));
  }

  private async answer(method: string, url: URL, type: string | undefined, body: string): Promise<Answer> {
    const { pathname } = url;
    if (method === 'POST' && pathname === `/project/${PROJECT}/pipeline`) return this.run(type, body);
    if (method !== 'GET') return { status: 404, json: { message: 'Not found.' } };
    if (pathname === '/context') {
      if (url.searchParams.get('owner-slug') !== 'gh/example-org')
        return { status: 404, json: { message: 'Organization not found.' } };
      const names = Object.keys(this.contexts);
      return this.page(
        url,
        names.map(name => ({ id: `id-of-${name}`, name, created_at: CREATED })),
      );
    }
    const [, context] = /^\/context\/id-of-([^/]+)\/environment-variable$/.exec(pathname) ?? [];
    const variables = context === undefined ? undefined : this.contexts[context];
    if (variables) {
      return this.page(
        url,
        variables.map(variable => ({
          variable,
          context_id: `id-of-${context ?? ''}`,
          created_at: CREATED,
          updated_at: CREATED,
        })),
      );
    }
    if (pathname === `/pipeline/${ID}`) {
      const state = this.errors.length > 0 ? 'errored' : 'created';
      const errors = this.errors.map(message => ({ type: 'config', message }));
      return { status: 200, json: { id: ID, number: 42, state, errors, project_slug: PROJECT, created_at: CREATED } };
    }
    if (pathname === `/pipeline/${ID}/workflow`) {
      const workflows = this.progress.length > 1 ? this.progress.shift() : this.progress[0];
      return this.page(
        url,
        (workflows ?? []).map(one => ({ ...one, id: `id-of-${one.name}`, pipeline_id: ID, project_slug: PROJECT })),
      );
    }
    return { status: 404, json: { message: 'Not found.' } };
  }

  private async run(type: string | undefined, body: string): Promise<Answer> {
    if (type !== 'application/json') return { status: 400, json: { message: 'Expected JSON.' } };
    const { branch, parameters = {}, ...rest } = JSON.parse(body) as Record<string, unknown>;
    if (typeof branch !== 'string' || Object.keys(rest).length > 0)
      return { status: 400, json: { message: 'Unexpected keys.' } };
    for (const [name, value] of Object.entries(parameters as Record<string, unknown>)) {
      const declared = pipeline.parameters[name];
      if (!declared) return { status: 400, json: { message: `Unexpected argument(s): ${name}` } };
      if (typeof value !== 'string' || (declared.enum && !declared.enum.includes(value)))
        return { status: 400, json: { message: `Type error for argument ${name}` } };
    }
    this.started.push({ branch, parameters: parameters as Record<string, string> });
    await this.onStart(parameters as Record<string, string>);
    return { status: 201, json: { id: ID, number: 42, state: 'pending', created_at: CREATED } };
  }

  private page(url: URL, items: readonly unknown[]): Answer {
    const from = Number(url.searchParams.get('page-token') ?? 0);
    const next = from + this.pageSize;
    const token = next < items.length ? String(next) : null;
    return { status: 200, json: { items: items.slice(from, next), next_page_token: token } };
  }
}
