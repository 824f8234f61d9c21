import { SlipwayError } from '../domain/slipway-error';
import { type HttpAnswer, type HttpRequest, parseJson, request } from './http';

export interface CircleCiOptions {
  /** Slug of the project, e.g. `gh/example-org/webshop`. */
  readonly project: string;
  readonly token: string;
  /** @default 'https://circleci.com/api/v2' */
  readonly api?: string;
}

/** A pipeline as CircleCI has taken it. */
export interface StartedPipeline {
  readonly id: string;
  readonly number: number;
}

export interface PipelineState {
  readonly state: string;
  /** What is wrong with its configuration. */
  readonly errors: readonly string[];
}

export interface WorkflowState {
  readonly name: string;
  /** `running`, `failing`, `on_hold`; ended: `success`, `failed`, `error`, `canceled`, `unauthorized`, `not_run`. */
  readonly status: string;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next_page_token?: string | null;
}

const API = 'https://circleci.com/api/v2';

/** An answer that may be another one a moment later. */
export class CircleCiBusyError extends SlipwayError {}

/** CircleCI's API, version 2. */
export class CircleCi {
  constructor(private readonly options: CircleCiOptions) {}

  /** Ids of the organization's contexts by their names. */
  async contexts(): Promise<ReadonlyMap<string, string>> {
    // The first two parts of a project's slug are its organization's.
    const owner = this.options.project.split('/').slice(0, 2).join('/');
    const items = await this.all<{ id: string; name: string }>(`context?owner-slug=${encodeURIComponent(owner)}`);
    return new Map(items.map(({ id, name }) => [name, id]));
  }

  /** Names of the variables of a context; CircleCI tells nobody the values. */
  async variables(contextId: string): Promise<readonly string[]> {
    const items = await this.all<{ variable: string }>(`context/${encodeURIComponent(contextId)}/environment-variable`);
    return items.map(({ variable }) => variable);
  }

  async start(branch: string, parameters: Readonly<Record<string, string>>): Promise<StartedPipeline> {
    const path = `project/${this.options.project}/pipeline`;
    const answer = await this.call(path, { method: 'POST', json: { branch, parameters } });
    const { id, number } = parseJson(answer, 'CircleCI') as StartedPipeline;
    return { id, number };
  }

  async pipeline(id: string): Promise<PipelineState> {
    const answer = parseJson(await this.call(`pipeline/${id}`), 'CircleCI') as {
      state: string;
      errors?: readonly { message: string }[];
    };
    return { state: answer.state, errors: (answer.errors ?? []).map(({ message }) => message) };
  }

  workflows(pipelineId: string): Promise<readonly WorkflowState[]> {
    return this.all<WorkflowState>(`pipeline/${pipelineId}/workflow`);
  }

  /** Where people see a pipeline. */
  pageOf({ number }: StartedPipeline): string {
    return `https://app.circleci.com/pipelines/${this.options.project}/${number}`;
  }

  private async all<T>(path: string): Promise<T[]> {
    const found: T[] = [];
    for (let token: string | undefined | null = ''; typeof token === 'string';) {
      const separator = path.includes('?') ? '&' : '?';
      const next: string = token === '' ? '' : `${separator}page-token=${encodeURIComponent(token)}`;
      const page = parseJson(await this.call(`${path}${next}`), 'CircleCI') as Page<T>;
      found.push(...page.items);
      token = page.next_page_token === '' ? undefined : page.next_page_token;
    }
    return found;
  }

  private async call(path: string, options: HttpRequest = {}): Promise<HttpAnswer> {
    const { api = API, token } = this.options;
    const answer = await request(`${api}/${path}`, {
      ...options,
      headers: { accept: 'application/json', 'circle-token': token },
    });
    if (answer.status < 300) return answer;
    const what = `CircleCI answered ${answer.status} to ${options.method ?? 'GET'} ${path.split('?')[0] ?? ''}`;
    if (answer.status === 429 || answer.status >= 500) {
      throw new CircleCiBusyError(`${what}; try again in a minute`);
    }
    throw new SlipwayError(`${what}: ${reasonOf(answer)}; check \`ci\` and its token's rights`);
  }
}

function reasonOf({ body }: HttpAnswer): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // What a proxy says is no JSON.
  }
  return body.slice(0, 100);
}
