import type { DynamicFile, Router } from '../../scripts/domain/swarm/dynamic-file';
import type { Answer, Question } from '../../scripts/domain/swarm/find-fault';
import type { Traefik } from '../../scripts/node/adapters/traefik';
import type { FakeDocker } from './fake-docker';
import type { Life } from './fake-life';

/** A proxy in memory, which reads the real route files and asks the fake engine for its servers. */
export class FakeTraefik {
  readonly files = new Map<string, string>();
  isUp = true;
  /** How often it is asked for a router before it has read what was written last. */
  lag = 0;
  /** How often it is asked for servers before it lists any. */
  overlooks = 0;
  private unread = 0;
  private read: ReadonlyMap<string, string> = new Map();
  /** What it has counted, in the text format of Prometheus. */
  metrics: () => string | Promise<string> = () => '';
  /** Paths that a version does not know. */
  missing: (path: string, version: string) => boolean = () => false;
  /** Called with each answer. */
  onAnswer: ((body: string, isPublic: boolean) => void) | undefined;

  constructor(private readonly docker: FakeDocker) {}

  seenBy(life: Life): Traefik {
    return {
      servers: async service => {
        this.assertUp(life);
        if (this.overlooks === 0) return this.servers(service);
        this.overlooks -= 1;
        return 0;
      },
      router: async wanted => {
        this.assertUp(life);
        if (this.unread > 0) this.unread -= 1;
        else this.read = new Map(this.files);
        const found = routersOf(this.read).find(([name]) => name === wanted)?.[1];
        if (found === undefined || this.children(found.service).length === 0) return undefined;
        return { service: found.service, middlewares: (found.middlewares ?? []).map(name => `${name}@file`) };
      },
      metrics: async () => {
        this.assertUp(life);
        return this.metrics();
      },
      routes: stack => {
        life.look();
        return this.files.get(stack);
      },
      writeRoutes: (stack, text) =>
        life.act(`routes of ${stack}`, () => {
          if (text === undefined) this.files.delete(stack);
          else this.files.set(stack, text);
          this.unread = this.lag;
        }),
    };
  }

  /** The answer that a visitor gets. */
  answer({ host, path, headers = {} }: Question): Answer | undefined {
    if (!this.isUp) return undefined;
    const matching = routersOf(this.files).filter(([, { rule }]) => matches(rule, host, path, headers));
    const best = matching.map(([, found]) => found).sort((one, other) => other.priority - one.priority)[0];
    const [service] = best === undefined ? [] : this.children(best.service);
    if (best === undefined || service === undefined) return { status: 404, headers: {}, body: '' };
    if (best.middlewares?.some(name => name.endsWith('_maintenance'))) return { status: 503, headers: {}, body: '' };
    const proof = best.middlewares?.some(name => name.endsWith('preview-proof'));
    const token = Object.values(headers).at(-1) ?? '';
    const page = this.page(service, path, proof !== true);
    this.onAnswer?.(page.body, proof !== true);
    return { headers: proof === true ? { 'x-slipway-release': token } : {}, ...page };
  }

  private page(service: string, path: string, isPublic: boolean): Omit<Answer, 'headers'> {
    const tasks = this.docker.running(service);
    const [task] = tasks;
    if (task === undefined) return { status: 502, body: '' };
    const image = task.Spec.ContainerSpec.Image;
    const mode = this.docker.modeOf(image);
    const version = mode === 'wrong-version' ? '0.0.0' : (/:([^:@]+)@/.exec(image)?.[1] ?? '');
    if (this.missing(path, version)) return { status: 404, body: '' };
    if (path === '/healthz' || path === '/elsewhere') return { status: 200, body: 'ok' };
    if (mode === 'http-500' || (mode === 'fails-in-public' && isPublic)) return { status: 500, body: 'broken' };
    return { status: 200, body: path === '/version' ? JSON.stringify({ version }) : `webshop ${version}` };
  }

  /** Full names of the services behind a target, those that are there. */
  private children(target: string): string[] {
    const weighted = filesOf(this.files).flatMap(({ http }) => http?.services?.[target]?.weighted.services ?? []);
    const names = weighted.length > 0 ? weighted.map(({ name }) => name) : [target];
    const services = names.map(name => this.serviceBehind(name.replace('@swarm', '')));
    return services.every(name => name !== undefined) ? services : [];
  }

  private serviceBehind(name: string): string | undefined {
    const label = `traefik.http.services.${name}.loadbalancer.server.port`;
    const found = [...this.docker.services.values()].find(({ spec }) => spec.Labels?.[label] !== undefined);
    return found?.spec.Name;
  }

  private servers(name: string): number {
    const service = this.serviceBehind(name);
    return service === undefined ? 0 : this.docker.running(service).length;
  }

  /** Whether it has read what was written last. */
  get hasFollowed(): boolean {
    return this.unread === 0;
  }

  private assertUp(life: Life): void {
    life.look();
    if (!this.isUp) throw new Error('Traefik does not answer');
  }
}

function filesOf(files: ReadonlyMap<string, string>): DynamicFile[] {
  return [...files.values()].map(text => JSON.parse(text) as DynamicFile);
}

function routersOf(files: ReadonlyMap<string, string>): [string, Router][] {
  return filesOf(files).flatMap(({ http }) => Object.entries(http?.routers ?? {}));
}

function matches(rule: string, host: string, path: string, headers: Readonly<Record<string, string>>): boolean {
  const valuesOf = (name: string) =>
    [...rule.matchAll(new RegExp(`\\b${name}\\(\`([^\`]+)\`\\)`, 'g'))].map(([, value]) => value!);
  const paths = [
    ...valuesOf('Path').map(exact => path === exact),
    ...valuesOf('PathPrefix').map(start => path.startsWith(start)),
  ];
  const wanted = /Header\(`([^`]+)`, `([^`]+)`\)/.exec(rule);
  return (
    valuesOf('Host').includes(host) &&
    (paths.length === 0 || paths.some(Boolean)) &&
    (wanted === null || headers[wanted[1]!] === wanted[2])
  );
}
