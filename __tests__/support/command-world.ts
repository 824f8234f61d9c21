import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from '../../stacks/environments/application';
import * as probes from '../../scripts/adapters/https-probe';
import type { Result } from '../../scripts/adapters/shell';
import type { Action } from '../../scripts/commands/action';
import type { NodeStatus } from '../../scripts/domain/deploy/node-status';
import type { ReleaseRecord } from '../../scripts/domain/release/history';
import type { Release } from '../../scripts/domain/release/release';
import { REVISION_LABEL } from '../../scripts/release/images';
import { AwsServer } from './aws-server';
import { commit, lineage } from './deploy-world';
import { type Answer, type FakeContext, fakeContext, type FakeOptions, fakeProject } from './fake-project';
import { outcomeOf } from './outcome';
import { healthcheck } from './release-documents';

type Reply = Partial<Result>;

/** What a run of a command has done and said. */
export interface CommandRun {
  readonly code: number;
  readonly message: string;
  readonly context: FakeContext;
  /** Words that nodes were told, each with the environment's host before them. */
  readonly node: readonly string[];
}

/**
 * What the commands that deploy talk to: a registry over HTTP, and behind a fake `ssh`, the release programs of two nodes that
 * remember what they were handed. Git knows the commits `a`, `b` and `c`, one after the other; HEAD is `b`.
 */
export class CommandWorld {
  readonly root = fakeProject();
  readonly releases = new Map<string, Release>();
  /** Records that a node answers, the newest first. */
  records: readonly Partial<ReleaseRecord>[] = [];
  /** What the public sees of every environment; nothing answers without it. @default - what was handed to its node */
  serves: string | undefined;
  /** Answers instead of the fake programs'. */
  override: (words: readonly string[]) => Reply | undefined = () => undefined;
  git: Answer = lineage(['a', 'b', 'c'].map(commit));
  /** What is different in the status of a node. */
  status: Partial<NodeStatus> = {};
  plan = { services: ['web'], gone: [] as string[], secrets: ['app-key'] };

  private constructor(
    readonly registry: AwsServer,
    /** Manifests of the registry by tag and by digest. */
    readonly manifests: ReadonlyMap<string, string>,
  ) {}

  static async open(): Promise<CommandWorld> {
    const images = ['a', 'b', 'c'].map(imageFiles);
    const blobs = new Map(images.map(({ config }) => [sha256(config), config]));
    const manifests = new Map(images.flatMap(({ tags, manifest }) => tags.map(tag => [tag, manifest] as const)));
    for (const manifest of manifests.values()) manifests.set(sha256(manifest), manifest);
    const registry = await AwsServer.start(({ method, path, body }) => {
      const [, kind, name = ''] = /^\/v2\/shop\/(manifests|blobs)\/(.+)$/.exec(path) ?? [];
      if (method === 'PUT') {
        manifests.set(name, body);
        return { status: 201 };
      }
      const found = (kind === 'blobs' ? blobs : manifests).get(name);
      return found === undefined ? { status: 404 } : { status: 200, body: found };
    });
    const world = new CommandWorld(registry, manifests);
    const entry = (host: string) => ({ outputs: {}, hostKey: 'ssh-ed25519 AAAAkey', host: `deploy@${host}` });
    writeFileSync(join(world.root, 'inventory.json'), JSON.stringify({ dev: entry('dev'), prod: entry('prod') }));
    jest.spyOn(probes, 'httpsProbe').mockReturnValue(({ host, path }) => Promise.resolve(world.answer(host, path)));
    return world;
  }

  /** What a tag stands for. */
  digestOf(tag: string): string {
    return sha256(this.manifests.get(tag) ?? '');
  }

  async close(): Promise<void> {
    jest.restoreAllMocks();
    await this.registry.stop();
  }

  get application(): Application {
    return {
      versions: { scheme: 'YYYYMM.N' },
      environments: { staging: 'dev', production: 'prod' },
      image: { repository: `${this.registry.url.slice('http://'.length)}/shop` },
      swarm: {
        services: { web: { healthcheck, deploy: { resources: { limits: { memory: '128M' } } } } },
        ...{ routes: { web: { port: 8080 } }, check: { path: '/healthz', version: { path: '/version' } } },
      },
    };
  }

  async run(action: Action, options: FakeOptions = {}): Promise<CommandRun> {
    const { root } = this;
    const env = { SLIPWAY_INVENTORY: 'inventory.json', ...options.env };
    const told: string[] = [];
    const context = fakeContext({
      ...{ root, ...options, env },
      answer: (command, own) => {
        if (command[0] !== 'ssh') return this.git(command, own) ?? gitAnswer(command);
        const [destination = '', ...words] = command.slice(command.indexOf('--') + 1);
        told.push(`${destination.replace('deploy@', '')}: ${words.join(' ')}`);
        return this.override(words) ?? this.nodeAnswer(destination.replace('deploy@', ''), words, own.input ?? '');
      },
    });
    // A check that fails is not asked again: nobody waits in a test.
    context.interruption.abort();
    return { ...(await outcomeOf(action(context))), context, node: told };
  }

  private nodeAnswer(name: string, [verb]: readonly string[], input: string): Reply {
    const release = this.releases.get(name);
    const json = (value: unknown) => ({ stdout: `${JSON.stringify(value)}\n` });
    if (verb === 'status') return json(this.statusOf(name, release));
    if (verb === 'show') return json({ release: release ?? null });
    if (verb === 'plan') return json(this.plan);
    if (verb === 'releases') return { stdout: this.records.map(record => `${JSON.stringify(record)}\n`).join('') };
    if (verb === 'apply') this.releases.set(name, JSON.parse(input) as Release);
    return {};
  }

  private statusOf(name: string, release: Release | undefined): NodeStatus {
    const { version = null, commit: of = null } = release?.manifest ?? {};
    const services = Object.entries(release?.stack.services ?? {}).map(([service, { image }]) => ({
      ...({ service, image, role: 'live', running: 1, wanted: 1 } as const),
    }));
    return { stack: `webshop-${name}`, version, commit: of, services, dirty: [], migrationLevel: null, ...this.status };
  }

  private answer(host: string, path: string) {
    const live = this.releases.get(host.startsWith('dev.') ? 'dev' : 'prod')?.manifest.version;
    const body = path === '/version' ? (this.serves ?? live ?? '') : '';
    return { status: live === undefined ? 503 : 200, headers: {}, body };
  }
}

function gitAnswer([, verb, ...words]: readonly string[]): Reply | undefined {
  if (verb === 'config') return { stdout: 'Anna\n' };
  if (verb === 'rev-parse' && words[0] === '--verify') return { stdout: `${commit('b')}\n` };
  if (verb === 'for-each-ref') return { stdout: 'refs/remotes/origin/master\n' };
  return undefined;
}

/** What a registry has of the image of a commit: `202611.1` is the version of `a`, `202611.2` of `b`. */
function imageFiles(letter: string, index: number) {
  const config = JSON.stringify({ architecture: 'amd64', config: { Labels: { [REVISION_LABEL]: commit(letter) } } });
  const manifest = JSON.stringify({ config: { digest: sha256(config) } });
  return { tags: [`git-commit-${letter.repeat(7)}`, `202611.${index + 1}`], config, manifest };
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
