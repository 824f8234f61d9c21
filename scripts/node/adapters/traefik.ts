import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Clock } from '../../adapters/clock';
import type { Shell } from '../../adapters/shell';
import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import { until } from '../until';
import type { DockerApi } from './docker-api';

/** What Traefik does, and the one file per stack that tells it what to do. */
export interface Traefik {
  /** How many servers Traefik has for a service, e.g. `webshop-prod-web-blue`; 0 when it does not list it. */
  servers(service: string): Promise<number>;
  /** A router of the file as Traefik has it; undefined when it does not, or finds something wrong with it. */
  router(name: string): Promise<LiveRouter | undefined>;
  /** What it has counted, in the text format of Prometheus. */
  metrics(): Promise<string>;
  /** What the route file of a stack says; undefined when there is none. */
  routes(stack: string): string | undefined;
  /** Replaces the route file in one rename, so that Traefik never sees half of it; undefined removes it. */
  writeRoutes(stack: string, text: string | undefined): void;
}

/** What of a router is looked at; names with their provider, e.g. `webshop-prod-web-blue@swarm`. */
export interface LiveRouter {
  readonly service: string;
  readonly middlewares: readonly string[];
}

interface TraefikService {
  readonly loadBalancer?: { readonly servers?: readonly unknown[] };
}

interface TraefikRouter {
  readonly status?: string;
  readonly service?: string;
  readonly middlewares?: readonly string[];
}

export interface FileTraefikOptions {
  readonly shell: Shell;
  readonly docker: DockerApi;
  readonly clock: Clock;
  /** Folder that Traefik watches, on one file system with the folder that it is in. */
  readonly folder: string;
}

const SERVICE = 'proxy_traefik';
const API = 'http://127.0.0.1:8080';
const RETRY_MS = 500;
const PATIENCE_MS = 30_000;

/**
 * Traefik's API listens on the loopback address of its container, where only root of the node can go. The file is in a
 * folder that it watches.
 */
export class FileTraefik implements Traefik {
  private pid: number | undefined;

  constructor(private readonly options: FileTraefikOptions) {}

  async servers(service: string): Promise<number> {
    const found = (await this.askJson(`/api/http/services/${service}@swarm`)) as TraefikService | undefined;
    return found?.loadBalancer?.servers?.length ?? 0;
  }

  async router(name: string): Promise<LiveRouter | undefined> {
    const found = (await this.askJson(`/api/http/routers/${name}@file`)) as TraefikRouter | undefined;
    if (found?.status !== 'enabled' || found.service === undefined) return undefined;
    return { service: found.service, middlewares: found.middlewares ?? [] };
  }

  async metrics(): Promise<string> {
    return (await this.ask('/metrics')) ?? '';
  }

  routes(stack: string): string | undefined {
    const file = this.file(stack);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  }

  writeRoutes(stack: string, text: string | undefined): void {
    if (text === undefined) {
      fs.rmSync(this.file(stack), { force: true });
      return;
    }
    // Beside the folder, not in it: a file that comes into being there makes Traefik read what there was once more, and
    // what is renamed right after that waits until its throttle is over. A rename within one file system is one step.
    const fresh = `${this.options.folder}-${stack}.yml.new`;
    const handle = fs.openSync(fresh, 'w', 0o600);
    try {
      fs.writeFileSync(handle, text);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(fresh, this.file(stack));
  }

  private file(stack: string): string {
    return path.join(this.options.folder, `${stack}.yml`);
  }

  private async askJson(apiPath: string): Promise<unknown> {
    const text = await this.ask(apiPath);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** The answer of the API; undefined for what it does not know. */
  private async ask(apiPath: string): Promise<string | undefined> {
    const { clock } = this.options;
    const answer = await until(() => this.askOnce(apiPath), { clock, intervalMs: RETRY_MS, timeoutMs: PATIENCE_MS });
    if (answer === undefined) {
      throw new SlipwayError(`Traefik does not answer; see: docker service ps ${SERVICE}`, ExitCode.VerificationFailed);
    }
    return answer.known;
  }

  private async askOnce(apiPath: string): Promise<{ readonly known: string | undefined } | undefined> {
    this.pid ??= await this.options.docker.pidOf(SERVICE);
    if (this.pid === undefined) return undefined;
    const { code, stdout } = await this.options.shell.run(
      [
        'nsenter',
        `--net=/proc/${this.pid}/ns/net`,
        'curl',
        '--silent',
        '--max-time',
        '5',
        '--write-out',
        '\n%{http_code}',
        `${API}${apiPath}`,
      ],
      { write: false },
    );
    const [status, ...body] = stdout.split('\n').reverse();
    if (code === 0 && status === '200') return { known: body.reverse().join('\n') };
    if (code === 0 && status === '404') return { known: undefined };
    // Traefik may have been restarted, in another container.
    this.pid = undefined;
    return undefined;
  }
}
