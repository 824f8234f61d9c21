import type { Release } from '../../scripts/domain/release/release';
import { parseRoutes } from '../../scripts/domain/swarm/route-file';
import { type Ended, FakeNode } from './fake-node';
import { otherService, webRelease } from './fake-release';

/** What is killed, after what. */
interface Story {
  readonly before: (node: FakeNode) => Promise<void>;
  readonly run: (node: FakeNode, most?: number) => Promise<Ended>;
  /** Versions that the public may get from then on. */
  readonly versions: readonly string[];
}

const apply = async (node: FakeNode, ...releases: Release[]) => {
  for (const release of releases) expect(await node.apply(release)).toMatchObject({ code: 0 });
};

const STAGES = {
  routes: { web: { port: 8080 }, api: { port: 8080, paths: ['/api'] } },
  stages: [['api'], ['worker'], ['web']],
};
const staged = (node: FakeNode, version: string, manifest = {}) =>
  webRelease(node, version, {
    manifest: { ...STAGES, ...manifest },
    services: { api: otherService(node, 'api', version), worker: otherService(node, 'worker', version) },
  });
const HOOKS = {
  hooks: {
    preSwitch: [{ service: 'web', command: ['migrate'] }],
    postDeploy: [{ service: 'web', command: ['collect'] }],
  },
};

/** Runs that are killed, by what they are. */
export const STORIES: Readonly<Record<string, Story>> = {
  'the first release': {
    before: async () => {},
    run: (node, most) => node.apply(webRelease(node, '1'), most),
    versions: ['1', '404'],
  },
  'a release': {
    before: node => apply(node, webRelease(node, '1')),
    run: (node, most) => node.apply(webRelease(node, '2'), most),
    versions: ['1', '2'],
  },
  'a release whose colour is still kept': {
    before: node => apply(node, webRelease(node, '1'), webRelease(node, '2')),
    run: (node, most) => node.apply(webRelease(node, '3'), most),
    versions: ['2', '3'],
  },
  'a release that fails': {
    before: node => apply(node, webRelease(node, '1'), webRelease(node, '2')),
    run: (node, most) => node.apply(webRelease(node, '3', { mode: 'crash-after=2' }), most),
    versions: ['2'],
  },
  'a release with hooks': {
    before: node => apply(node, webRelease(node, '1')),
    run: (node, most) => node.apply(webRelease(node, '2', { manifest: HOOKS }), most),
    versions: ['1', '2'],
  },
  'a release that fails in public': {
    before: node => apply(node, webRelease(node, '1')),
    run: (node, most) => node.apply(webRelease(node, '2', { manifest: HOOKS, mode: 'fails-in-public' }), most),
    versions: ['1', '2', '500'],
  },
  'a release task by task': {
    before: node => apply(node, webRelease(node, '1')),
    run: (node, most) => node.apply(webRelease(node, '2', { manifest: { strategy: 'rolling' } }), most),
    versions: ['1', '2'],
  },
  'a release in stages': {
    before: node => apply(node, staged(node, '1')),
    run: (node, most) => node.apply(staged(node, '2'), most),
    versions: ['1', '2'],
  },
  'the second stage': {
    before: async node => {
      await apply(node, staged(node, '1'), staged(node, '2', { pause: true }));
    },
    run: (node, most) => node.run('continue', '', most),
    versions: ['1', '2'],
  },
  'the end of a stage': {
    before: node => apply(node, staged(node, '1'), staged(node, '2', { pause: true })),
    run: (node, most) => node.run('abort', '', most),
    versions: ['1', '2'],
  },
  'a canary that everybody gets': {
    before: node => apply(node, webRelease(node, '1'), webRelease(node, '2', { manifest: { canary: 10 } })),
    run: (node, most) => node.run('canary promote', '', most),
    versions: ['1', '2'],
  },
  'a canary that is dropped': {
    before: node => apply(node, webRelease(node, '1'), webRelease(node, '2', { manifest: { canary: 10 } })),
    run: (node, most) => node.run('canary drop', '', most),
    versions: ['1', '2'],
  },
  'a way back to tasks that still run': {
    before: node => apply(node, webRelease(node, '1'), webRelease(node, '2')),
    run: (node, most) => node.run('rollback', '', most),
    versions: ['1', '2'],
  },
  'a way back to a release that is gone': {
    before: node => apply(node, webRelease(node, '1'), webRelease(node, '2'), webRelease(node, '3')),
    run: (node, most) => node.run('rollback 1', '', most),
    versions: ['1', '3'],
  },
  'the end of what is kept': {
    before: async node => {
      await apply(node, webRelease(node, '1'), webRelease(node, '2'));
      await node.wait(3_600);
    },
    run: (node, most) => node.run('tidy', '', most),
    versions: ['2'],
  },
  'a release that brings and takes services': {
    before: node => apply(node, staged(node, '1')),
    run: (node, most) => node.apply(webRelease(node, '2'), most),
    versions: ['1', '2'],
  },
};

/** What may come after a kill. */
export const NEXT: Readonly<Record<string, (node: FakeNode) => Promise<void>>> = {
  tidy: async node => {
    expect(await node.run('tidy')).toMatchObject({ code: 0 });
  },
  'status, then tidy': async node => {
    const { results } = await node.run('status --json');
    const [{ version, unfinished, lock }] = results as [Status];
    expect(lock).toBeUndefined();
    if (unfinished === undefined) expect(versionOf(node) ?? null).toBe(version);
    await NEXT['tidy']!(node);
  },
  'a release': async node => {
    await node.run('abort');
    await node.run('canary drop');
    expect(await node.apply(webRelease(node, '9'))).toMatchObject({ code: 0 });
    expect(versionOf(node)).toBe('9');
  },
};

interface Status {
  readonly version: string | null;
  readonly dirty: readonly string[];
  readonly unfinished?: unknown;
  readonly lock?: unknown;
  readonly services: readonly {
    readonly service: string;
    readonly role: string;
    readonly running: number;
    readonly wanted: number;
  }[];
}

/** What a visitor gets. */
function versionOf(node: FakeNode): string | undefined {
  const body = node.traefik.answer({ host: 'example.org', path: '/' })?.body ?? '';
  return body === '' ? undefined : body.replace('webshop ', '');
}

async function expectTrue(node: FakeNode): Promise<void> {
  const [found] = (await node.run('status --json')).results as [Status];
  expect(found).toMatchObject({ dirty: [] });
  expect(found.lock).toBeUndefined();
  expect(found.version).toBe(versionOf(node) ?? null);
  expect(found.services.filter(({ role, running, wanted }) => role === 'other' || running !== wanted)).toEqual([]);
  const { colours, kept } = node.folder().current();
  const names = [colours, kept?.colours ?? {}].flatMap(Object.entries).map(pair => `webshop-prod_${pair.join('-')}`);
  expect([...node.docker.services.keys()]).toEqual(expect.arrayContaining(names));
  const text = node.traefik.files.get('webshop-prod');
  const routed = text === undefined ? {} : parseRoutes('webshop-prod', text);
  expect(colours).toEqual(expect.objectContaining(routed));
  expect(text ?? '').not.toContain('preview');
}

/** A run on a node of its own. */
async function told(
  { before, run }: Story,
  most?: number,
): Promise<{ readonly node: FakeNode; readonly ended: Ended }> {
  const node = new FakeNode();
  await before(node);
  node.visits.length = 0;
  return { node, ended: await run(node, most) };
}

/**
 * Tells a story once for each of its changes of the world, each time with a kill before that change.
 *
 * @param nextOf  what comes after the kill number so and so
 * @throws Error with the kill after which something is wrong
 */
export async function killEverywhere(story: Story, nextOf: (kill: number) => string): Promise<void> {
  const undisturbed = await told(story);
  undisturbed.node.remove();
  const { acts } = undisturbed.ended;
  expect(acts.length).toBeGreaterThan(2);
  for (let most = 0; most < acts.length; most++) {
    const { node, ended } = await told(story, most);
    const next = nextOf(most);
    try {
      expect(ended.code).toBe('killed');
      await NEXT[next]!(node);
      if (node.folder().journal() === undefined) await expectTrue(node);
      else expect(['paused', 'canary']).toContain(node.folder().journal()?.state);
      const allowed = [...story.versions, '9'].map(version => (/^[45]/.test(version) ? version : `webshop ${version}`));
      expect(node.visits.filter((visit, index) => !allowed.includes(visit) && index > 0)).toEqual([]);
    } catch (error) {
      const where = `killed after ${ended.acts.at(-1) ?? 'nothing'}, before ${acts[most] ?? ''}, then ${next}`;
      throw new Error(`${where} (${most} of ${acts.length}): ${String(error)}`, { cause: error });
    } finally {
      node.remove();
    }
  }
}
