import { FakeNode } from '../../support/fake-node';
import { webRelease } from '../../support/fake-release';
import type { FakeMode } from '../../support/fake-tasks';

let node: FakeNode;
beforeEach(() => (node = new FakeNode()));
afterEach(() => node.remove());

const release = async (version: string, mode?: FakeMode, manifest = {}) =>
  node.apply(webRelease(node, version, { ...(mode && { mode }), manifest }));

test.each<[FakeMode, RegExp]>([
  ['never-healthy', /web-green does not start: .*unhealthy container/],
  ['exit-0', /web-green does not start: a task ended with exit code 0/],
  ['pending', /web-green does not start: no suitable node/],
  ['http-500', /is not right: .version answers 500/],
  ['wrong-version', /says version "0.0.0", wanted is 2/],
  ['crash-after=1', /is not right: .healthz answers 502, task: non-zero exit \(1\)/],
  ['crash-after=2', /web-green does not keep running: task: non-zero exit/],
])('a release that is %s never meets the public', async (mode, reason) => {
  await release('1');
  node.visits.length = 0;
  const ended = await release('2', mode);
  expect(ended).toMatchObject({ code: 5, said: expect.stringMatching(reason) });
  expect(ended.said).toMatch(/1 was not touched$/);
  expect(node.visits).toEqual(['webshop 1']);
  expect(node.records().at(-1)).toMatchObject({ version: '2', from: '1', result: 'failed' });
  expect(node.records().at(-1)?.message).toMatch(reason);
  expect([...node.docker.services.keys()]).toEqual(['webshop-prod_web-blue']);
});

test('tasks that end before Traefik lists them are the reason, not Traefik', async () => {
  await release('1');
  node.traefik.overlooks = 1;
  const ended = await release('2', 'healthy-for-a-moment');
  expect(ended).toMatchObject({
    code: 5,
    said: expect.stringMatching(/web-green does not start: .*unhealthy container.*; 1 was not touched$/),
  });
});

test('an image that is not there ends a release before anything is started', async () => {
  await release('1');
  const broken = webRelease(node, '2');
  node.docker.registry.delete(broken.stack.services['web']!.image);
  const ended = await node.apply(broken);
  expect(ended).toMatchObject({ code: 5, said: expect.stringMatching(/cannot be pulled: .*push the image/) });
  expect(ended.acts.filter(act => act.startsWith('deploy'))).toEqual([]);
});

test('a first release that fails leaves nothing, not even a route', async () => {
  expect(await release('1', 'http-500')).toMatchObject({
    code: 5,
    said: expect.stringContaining('nothing is live yet'),
  });
  expect([...node.docker.services.keys()]).toEqual([]);
  expect([...node.traefik.files.keys()]).toEqual([]);
  expect(await release('2')).toMatchObject({ code: 0 });
});

test('a release that breaks only in public is flipped back within seconds', async () => {
  await release('1');
  node.visits.length = 0;
  const before = node.now().getTime();
  const ended = await release('2', 'fails-in-public');
  expect(ended).toMatchObject({ code: 6, said: expect.stringMatching(/1 serves again$/) });
  expect(node.visits).toEqual(['webshop 1', '500', 'webshop 1']);
  expect(node.now().getTime() - before).toBeLessThan(20_000);
  expect(node.records().at(-1)).toMatchObject({ result: 'rolled back' });
});

test('a failing hook after the switch flips back, and its task goes', async () => {
  await release('1');
  node.docker.failingHooks = true;
  const ended = await release('2', 'works', { hooks: { postDeploy: [{ service: 'web', command: ['collect'] }] } });
  expect(ended).toMatchObject({ code: 6, said: expect.stringContaining('post-deploy hook "collect" failed') });
  expect([...node.docker.services.keys()]).toEqual(['webshop-prod_web-blue']);
});

describe('task by task', () => {
  const rolling = { strategy: 'rolling' } as const;

  test.each<FakeMode>(['never-healthy', 'exit-0', 'pending', 'http-500', 'wrong-version', 'crash-after=1'])(
    'a release that is %s ends with the release before',
    async mode => {
      await release('1');
      const ended = await release('2', mode, rolling);
      expect(ended).toMatchObject({ code: 6, said: expect.stringMatching(/1 serves again$/) });
      expect(node.visits.at(-1)).toBe('webshop 1');
      const [status] = (await node.run('status --json')).results;
      expect(status).toMatchObject({ version: '1', dirty: [] });
    },
  );

  test('other settings of the same image are waited for', async () => {
    const web = webRelease(node, '1', { manifest: rolling }).stack.services['web']!;
    await node.apply(webRelease(node, '1', { manifest: rolling }));
    const changed = webRelease(node, '1', { manifest: rolling, web: { ...web, environment: { COLOUR: 'red' } } });
    expect(await node.apply(changed)).toMatchObject({ code: 0 });
    expect(node.docker.running('webshop-prod_web-blue')).toHaveLength(1);
    const [service] = node.docker.services.values();
    expect(JSON.stringify(service?.spec)).toContain('red');
  });

  test('one that cannot be taken back says so, keeps its journal, and is taken back later', async () => {
    const first = webRelease(node, '1');
    await node.apply(first);
    const image = first.stack.services['web']!.image;
    const broken = webRelease(node, '2', { mode: 'crash-after=1', manifest: rolling });
    const there = node.docker.images;
    node.docker.onDeploy = () => there.delete(image.slice(image.indexOf('sha256:')));
    expect(await node.apply(broken)).toMatchObject({ code: 7, said: expect.stringContaining('repeat with `abort`') });
    expect(node.folder().journal()).toBeDefined();
    expect(node.records().at(-1)).toMatchObject({ result: 'broken' });
    expect(await node.run('abort')).toMatchObject({ code: 7 });
    node.docker.onDeploy = undefined;
    node.docker.pull(image);
    expect(await node.run('abort')).toMatchObject({ code: 0, said: expect.stringContaining('1 serves') });
    expect(node.records().slice(-2)).toMatchObject([
      { n: 2, result: 'broken' },
      { n: 2, result: 'rolled back' },
    ]);
    expect((await node.run('status --json')).results).toMatchObject([{ version: '1', dirty: [] }]);
  });
});

test('a proxy that is away when a release has to be taken back makes a person needed, until it is back', async () => {
  await release('1');
  node.traefik.onAnswer = (body, isPublic) => {
    if (isPublic && body === 'webshop 2') node.traefik.isUp = false;
  };
  expect(await release('2')).toMatchObject({ code: 7 });
  node.traefik.onAnswer = undefined;
  node.traefik.isUp = true;
  expect(await node.run('tidy')).toMatchObject({ code: 0 });
  expect(node.visits.at(-1)).toBe('webshop 1');
  expect((await node.run('status --json')).results).toMatchObject([{ version: '1', dirty: [] }]);
});

test('an engine without logs does not keep a release from being taken back', async () => {
  await release('1');
  node.docker.hasLogs = false;
  expect(await release('2', 'http-500')).toMatchObject({ code: 5 });
  expect([...node.docker.services.keys()]).toEqual(['webshop-prod_web-blue']);
});

test.each([
  ['before the switch', 'http-500', 5],
  ['after it', 'fails-in-public', 6],
] as const)('a disk that gets full %s changes nothing about the truth of the exit code', async (_when, mode, code) => {
  await release('1');
  node.traefik.onAnswer = body => {
    if (body === 'broken') node.diskIsFull = true;
  };
  const ended = await release('2', mode);
  expect(ended).toMatchObject({ code, said: expect.stringContaining('not written down') });
  expect(node.visits.at(-1)).toBe('webshop 1');
  node.diskIsFull = false;
  node.traefik.onAnswer = undefined;
  expect(await node.run('tidy')).toMatchObject({ code: 0 });
  expect((await node.run('status --json')).results).toMatchObject([{ version: '1', dirty: [], last: { n: 2 } }]);
});
