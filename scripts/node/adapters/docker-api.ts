import * as http from 'node:http';
import type { Clock } from '../../adapters/clock';
import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import type { JudgedTask } from '../../domain/swarm/judge-tasks';
import { until } from '../until';

/** A service as the Docker Engine API describes it; only what the program reads. */
export interface DockerService {
  readonly ID: string;
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly TaskTemplate: { readonly ContainerSpec: { readonly Image: string } };
    readonly Mode: { readonly Replicated?: { readonly Replicas?: number } };
  };
  /** How its last change in place goes on, or has ended. */
  readonly UpdateStatus?: { readonly State?: string } | null;
}

/** A task as the Docker Engine API describes it; only what the program reads. */
export interface DockerTask extends JudgedTask {
  readonly ServiceID: string;
  readonly Status: JudgedTask['Status'] & { readonly ContainerStatus?: { readonly ContainerID?: string } };
}

export interface DockerImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Size: number;
}

interface Health {
  /** The last checks, the oldest first. */
  readonly Log?: readonly { readonly ExitCode: number; readonly Output: string }[] | null;
}

interface Container {
  readonly Id: string;
  readonly ImageID: string;
}

/** Reads of the Docker Engine API. All writes are `docker` commands that a person could type, see docker-cli.ts. */
export interface DockerApi {
  /** The services of a stack. */
  services(stack: string): Promise<readonly DockerService[]>;
  /** The tasks of services, by their ids; those that are gone have none. */
  tasks(serviceIds: readonly string[]): Promise<readonly DockerTask[]>;
  /** Ids of the swarm's nodes that may get tasks. */
  nodes(): Promise<readonly string[]>;
  /** Id of the node that this is. */
  thisNode(): Promise<string>;
  /** Host name of a node, by its id. */
  hostname(node: string): Promise<string>;
  images(): Promise<readonly DockerImage[]>;
  /** Names of all secrets and configs of a stack. */
  contentNames(stack: string): Promise<{ readonly secrets: readonly string[]; readonly configs: readonly string[] }>;
  /** Image ids that containers were made from, running or not. */
  usedImages(): Promise<readonly string[]>;
  /** Process id of the first task container of a service on this node. */
  pidOf(service: string): Promise<number | undefined>;
  /** What the health check of the newest container of a service on this node says, when it is not content. */
  healthComplaint(service: string): Promise<string | undefined>;
  /** Where the engine keeps its images. */
  rootFolder(): Promise<string>;
}

/** How long a restarting engine is waited for. */
const PATIENCE_MS = 90_000;
const RETRY_MS = 250;
/** Letters of a health check's output that are shown, and containers that are asked for it. */
const MOST_LETTERS = 200;
const LATEST = 3;
const TIMEOUT_MS = 30_000;

/** The engine answered, and not with what was asked for. */
class DockerApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'DockerApiError';
  }
}

/** The API over the engine's unix socket. An engine that restarts is waited for. */
export class SocketDockerApi implements DockerApi {
  constructor(
    private readonly socket: string,
    private readonly clock: Clock,
  ) {}

  services(stack: string): Promise<readonly DockerService[]> {
    return this.get('/services', { filters: inStack(stack) });
  }

  async tasks(serviceIds: readonly string[]): Promise<readonly DockerTask[]> {
    if (serviceIds.length === 0) return [];
    try {
      return await this.get('/tasks', { filters: { service: serviceIds } });
    } catch (error) {
      // A service that was removed meanwhile makes the engine refuse the whole question.
      if (!(error instanceof DockerApiError) || error.status !== 404) throw error;
      const each = serviceIds.map(id =>
        this.get<DockerTask[]>('/tasks', { filters: { service: [id] } }).catch(() => []),
      );
      return (await Promise.all(each)).flat();
    }
  }

  async nodes(): Promise<readonly string[]> {
    const nodes = await this.get<{ ID: string; Spec: { Availability: string }; Status: { State: string } }[]>('/nodes');
    return nodes
      .filter(node => node.Spec.Availability === 'active' && node.Status.State === 'ready')
      .map(({ ID }) => ID);
  }

  async thisNode(): Promise<string> {
    return (await this.get<{ Swarm: { NodeID: string } }>('/info')).Swarm.NodeID;
  }

  async hostname(node: string): Promise<string> {
    return (await this.get<{ Description: { Hostname: string } }>(`/nodes/${node}`)).Description.Hostname;
  }

  images(): Promise<readonly DockerImage[]> {
    return this.get('/images/json');
  }

  async contentNames(stack: string): Promise<{ secrets: string[]; configs: string[] }> {
    const named = async (kind: string) => {
      const found = await this.get<{ Spec: { Name: string } }[]>(`/${kind}`, { filters: { name: [`${stack}_`] } });
      return found.map(({ Spec }) => Spec.Name).filter(name => name.startsWith(`${stack}_`));
    };
    return { secrets: await named('secrets'), configs: await named('configs') };
  }

  async usedImages(): Promise<readonly string[]> {
    const containers = await this.get<Container[]>('/containers/json', { all: 'true' });
    return containers.map(({ ImageID }) => ImageID);
  }

  async healthComplaint(service: string): Promise<string | undefined> {
    const all = await this.get<Container[]>('/containers/json', { all: 'true', filters: ofService(service) });
    // The newest may only wait for its start.
    for (const { Id } of all.slice(0, LATEST)) {
      const { State } = await this.get<{ State: { Health?: Health } }>(`/containers/${Id}/json`);
      const last = State.Health?.Log?.at(-1);
      if (last?.ExitCode === 0) return undefined;
      if (last !== undefined) return oneLine(last.Output) || `nothing, and ends with exit code ${last.ExitCode}`;
    }
    return undefined;
  }

  async pidOf(service: string): Promise<number | undefined> {
    const [container] = await this.get<Container[]>('/containers/json', { filters: ofService(service) });
    if (container === undefined) return undefined;
    const { State } = await this.get<{ State: { Pid: number } }>(`/containers/${container.Id}/json`);
    return State.Pid > 0 ? State.Pid : undefined;
  }

  async rootFolder(): Promise<string> {
    return (await this.get<{ DockerRootDir: string }>('/info')).DockerRootDir;
  }

  private async get<T>(
    path: string,
    query: Record<string, string | Readonly<Record<string, readonly string[]>>> = {},
  ): Promise<T> {
    const search = new URLSearchParams(
      Object.entries(query).map(([key, value]): [string, string] => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    );
    let reason: unknown;
    const attempt = async () => {
      try {
        return { answer: await this.request(`${path}?${search.toString()}`) };
      } catch (error) {
        // Right after its start, an engine answers that it is in no swarm.
        if (error instanceof DockerApiError && error.status < 500) throw error;
        reason = error;
        return undefined;
      }
    };
    const found = await until(attempt, { clock: this.clock, intervalMs: RETRY_MS, timeoutMs: PATIENCE_MS });
    if (found === undefined) {
      const why = reason instanceof Error ? reason.message : String(reason);
      throw new SlipwayError(
        `the Docker engine does not answer: ${why}; see: systemctl status docker`,
        ExitCode.VerificationFailed,
      );
    }
    return JSON.parse(found.answer) as T;
  }

  private request(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = http.get({ socketPath: this.socket, path, timeout: TIMEOUT_MS }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString('utf8');
          const status = response.statusCode ?? 0;
          if (status === 200) resolve(body);
          else reject(new DockerApiError(status, `Docker answered ${status} to ${path}: ${body.trim()}`));
        });
      });
      request.on('timeout', () => request.destroy(new Error(`no answer to ${path} within ${TIMEOUT_MS} ms`)));
      request.on('error', reject);
    });
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, MOST_LETTERS);
}

function ofService(service: string): Record<string, string[]> {
  return { label: [`com.docker.swarm.service.name=${service}`] };
}

function inStack(stack: string): Record<string, string[]> {
  return { label: [`com.docker.stack.namespace=${stack}`] };
}
