import { ExitCode } from '../../scripts/domain/exit-code';
import { SlipwayError } from '../../scripts/domain/slipway-error';
import type { DockerApi, DockerImage, DockerService, DockerTask } from '../../scripts/node/adapters/docker-api';
import { type DockerCli, pullFailure } from '../../scripts/node/adapters/docker-cli';
import { type FakeMode, type Generation, tasksOf } from './fake-tasks';
import type { Life } from './fake-life';

interface FakeService {
  readonly id: string;
  spec: DockerService['Spec'];
  generations: readonly Generation[];
}

/** What the program writes into a Compose file, as far as it is looked at here. */
interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly secrets?: Readonly<Record<string, { readonly name: string }>>;
  readonly configs?: Readonly<Record<string, { readonly name: string }>>;
}

interface ComposeService {
  readonly image: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deploy: {
    readonly mode: string;
    readonly replicas: number;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** How long the engine takes before it begins to change a service. */
const BEGIN_MS = 500;

/** An engine in memory: what it knows survives the processes that use it. */
export class FakeDocker {
  readonly services = new Map<string, FakeService>();
  readonly images = new Map<string, DockerImage>();
  readonly content = { secret: new Map<string, string>(), config: new Map<string, string>() };
  /** How images behave; `works` where nothing is said. */
  readonly modes = new Map<string, FakeMode>();
  /** Images that can be pulled. */
  readonly registry = new Set<string>();
  registryIsUp = true;
  /** Services whose hook ends badly. */
  failingHooks = false;
  hasLogs = true;
  /** Changes that the engine refuses. */
  failing: RegExp | undefined;
  /** Tasks of a service for which there is room. */
  slots = Infinity;
  /** The node that this engine is; all tasks are on `node-1`. */
  node = 'node-1';
  /** Exit code of every command in a container. */
  commandsEndWith = 0;
  /** Called after each change of a service. */
  onDeploy: (() => void) | undefined;
  private made = 0;

  constructor(private readonly now: () => number) {}

  tasks({ id, generations, spec }: FakeService): DockerTask[] {
    return tasksOf(id, generations, Math.min(spec.Mode.Replicated?.Replicas ?? 1, this.slots), this.now());
  }

  /** Running tasks of a service, by its full name. */
  running(name: string): DockerTask[] {
    const service = this.services.get(name);
    return service === undefined ? [] : this.tasks(service).filter(({ Status }) => Status.State === 'running');
  }

  /** `docker service update --env-add` by a person. */
  changeByHand(name: string): void {
    const service = this.services.get(name)!;
    const { TaskTemplate } = service.spec;
    const ContainerSpec = { ...TaskTemplate.ContainerSpec, Env: ['BY=hand'] };
    service.spec = { ...service.spec, TaskTemplate: { ContainerSpec } };
  }

  scaleByHand(name: string, Replicas: number): void {
    const service = this.services.get(name)!;
    service.spec = { ...service.spec, Mode: { Replicated: { Replicas } } };
  }

  /** A service like another one, with another image, made by a person. */
  startByHand(name: string, like: string, image: string): void {
    const { spec } = this.services.get(like)!;
    this.pull(image);
    const rename = (text: string) => text.replaceAll('-green', '-blue').replaceAll('"green"', '"blue"');
    const labels = JSON.parse(rename(JSON.stringify(spec.Labels))) as Record<string, string>;
    const service = { image, labels: {}, deploy: { mode: 'replicated', replicas: 1, labels } };
    this.deploy(name, service, { services: {} });
  }

  /** Begins the tasks of a service anew, as their images behave now. */
  restart(name: string): void {
    const service = this.services.get(name);
    const last = service?.generations.at(-1);
    if (service && last) service.generations = [{ ...last, at: this.now(), mode: this.modeOf(last.image) }];
  }

  modeOf(image: string): FakeMode {
    return this.modes.get(image) ?? 'works';
  }

  /** The engine as one process sees it. */
  seenBy(life: Life): DockerApi & DockerCli {
    return { ...this.reads(life), ...this.writes(life), ...this.imageWrites(life) };
  }

  pull(image: string): void {
    if (!this.registryIsUp) throw pullFailure(image, 'connection refused');
    if (!this.registry.has(image)) throw pullFailure(image, 'manifest unknown');
    const known = this.images.get(idOf(image));
    const digest = image.replace(/:[^:@/]+@/, '@');
    const RepoDigests = [...new Set([...(known?.RepoDigests ?? []), digest])];
    this.images.set(idOf(image), { Id: idOf(image), Size: 1e6, RepoTags: known?.RepoTags ?? [], RepoDigests });
  }

  private reads(life: Life): DockerApi {
    const alive = <T>(answer: () => T) => {
      return async () => {
        life.look();
        return answer();
      };
    };
    return {
      services: async stack => {
        life.look();
        return [...this.services.values()]
          .filter(({ spec }) => spec.Name.startsWith(`${stack}_`))
          .map(({ id, spec }) => ({ ID: id, Spec: spec }));
      },
      tasks: async ids => {
        life.look();
        return [...this.services.values()].filter(({ id }) => ids.includes(id)).flatMap(found => this.tasks(found));
      },
      nodes: alive(() => ['node-1']),
      thisNode: alive(() => this.node),
      hostname: async node => {
        life.look();
        return `${node}.example.org`;
      },
      images: alive(() => [...this.images.values()]),
      contentNames: async stack => {
        life.look();
        const of = (kind: 'secret' | 'config') =>
          [...this.content[kind].keys()].filter(name => name.startsWith(`${stack}_`));
        return { secrets: of('secret'), configs: of('config') };
      },
      usedImages: alive(() => {
        const tasks = [...this.services.values()].flatMap(found => this.tasks(found));
        return tasks.map(({ Spec }) => idOf(Spec.ContainerSpec.Image));
      }),
      pidOf: alive(() => 1),
      healthComplaint: async service => {
        life.look();
        const [task] = [...this.services.values()]
          .filter(({ spec }) => spec.Name === service)
          .flatMap(found => this.tasks(found))
          .reverse();
        return task?.Status.Err?.includes('unhealthy') ? 'connection refused' : undefined;
      },
      rootFolder: alive(() => '/'),
    };
  }

  private writes(life: Life): Omit<DockerCli, 'pull' | 'createContent' | 'removeContent' | 'tag' | 'removeImages'> {
    return {
      deployStack: async (stack, file) => {
        const compose = file as Compose;
        for (const [kind, uses] of [
          ['secret', compose.secrets],
          ['config', compose.configs],
        ] as const) {
          const missing = Object.values(uses ?? {}).find(({ name }) => !this.content[kind].has(name));
          if (missing) throw new SlipwayError(`${kind} not found: ${missing.name}`, ExitCode.VerificationFailed);
        }
        for (const [name, service] of Object.entries(compose.services)) {
          life.act(`deploy ${name}`, () => this.deploy(`${stack}_${name}`, service, compose));
        }
      },
      removeServices: async names => {
        for (const name of names) {
          this.refuse(`remove ${name}`);
          life.act(`remove ${name}`, () => this.services.delete(name));
        }
      },
      scale: async counts => {
        life.act('scale', () => {
          for (const [name, replicas] of Object.entries(counts)) this.scaleByHand(name, replicas);
        });
      },
      removeEndedContainers: async () => life.act('remove ended containers', () => undefined),
      pullEverywhere: async () => life.act('pull everywhere', () => undefined),
      logs: async service => {
        life.look();
        if (!this.hasLogs) throw new Error('no answer');
        return `a line of ${service}`;
      },
      execute: async (container, command) => {
        life.act(`${JSON.stringify(command)} in ${container}`, () => undefined);
        return this.commandsEndWith;
      },
      login: async () => {
        life.look();
        if (!this.registryIsUp) throw new SlipwayError('no registry', ExitCode.VerificationFailed);
      },
    };
  }

  private imageWrites(
    life: Life,
  ): Pick<DockerCli, 'pull' | 'tag' | 'removeImages' | 'createContent' | 'removeContent'> {
    return {
      pull: async image => life.act(`pull ${image}`, () => this.pull(image)),
      tag: async (image, tag) =>
        life.act(`tag ${tag}`, () => {
          this.refuse(`tag ${tag}`);
          const found = this.images.get(idOf(image));
          if (!found) throw new SlipwayError(`docker tag: no such image ${image}`, ExitCode.VerificationFailed);
          this.images.set(found.Id, { ...found, RepoTags: [...new Set([...(found.RepoTags ?? []), tag])] });
        }),
      removeImages: async names => {
        for (const name of names) life.act(`remove image ${name}`, () => this.untag(name));
      },
      createContent: async (kind, name, content) =>
        life.act(`create ${name}`, () => void this.content[kind].set(name, content)),
      removeContent: async (kind, names) => {
        for (const name of names) {
          const isUsed = [...this.services.values()].some(({ spec }) => JSON.stringify(spec).includes(`"${name}"`));
          if (!isUsed) life.act(`remove ${name}`, () => this.content[kind].delete(name));
        }
      },
    };
  }

  private deploy(name: string, service: ComposeService, { secrets, configs }: Compose): void {
    const { image, labels = {}, deploy } = service;
    const known = this.services.get(name);
    const stack = name.slice(0, name.indexOf('_'));
    const spec = {
      Name: name,
      Labels: { ...deploy.labels, 'com.docker.stack.namespace': stack },
      TaskTemplate: {
        ContainerSpec: { Image: image, Labels: labels, Rest: { ...service, deploy: 0 }, secrets, configs },
      },
      Mode: { Replicated: { Replicas: deploy.replicas } },
    };
    const isSame = JSON.stringify(known?.spec.TaskTemplate) === JSON.stringify(spec.TaskTemplate);
    const isJob = deploy.mode.endsWith('-job');
    const mode = isJob ? (this.failingHooks ? 'crash-after=0' : 'exit-0') : this.modeOf(image);
    const next = {
      image,
      labels,
      at: this.now() + (known ? BEGIN_MS : 0),
      mode,
      isImageHere: () => this.images.has(idOf(image)),
    };
    const generations = known === undefined ? [next] : isSame ? known.generations : [...known.generations, next];
    this.services.set(name, { id: known?.id ?? `service-${(this.made += 1)}`, spec, generations });
    this.onDeploy?.();
  }

  private refuse(what: string): void {
    if (this.failing?.test(what)) throw new SlipwayError(`no ${what}`, ExitCode.VerificationFailed);
  }

  private untag(name: string): void {
    for (const image of this.images.values()) {
      const RepoTags = (image.RepoTags ?? []).filter(tag => tag !== name);
      const RepoDigests = (image.RepoDigests ?? []).filter(digest => digest !== name);
      if (RepoTags.length + RepoDigests.length === 0) this.images.delete(image.Id);
      else this.images.set(image.Id, { ...image, RepoTags, RepoDigests });
    }
  }
}

/** An image is its digest, whatever it is called. */
function idOf(image: string): string {
  return image.slice(image.indexOf('sha256:'));
}
