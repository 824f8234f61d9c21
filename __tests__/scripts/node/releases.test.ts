import { FakeNode } from '../../support/fake-node';
import { otherService, webRelease } from '../../support/fake-release';

/** What a release does where nothing fails. */
let node: FakeNode;
beforeEach(() => (node = new FakeNode()));
afterEach(() => node.remove());

const status = async () => (await node.run('status --json')).results[0];
const names = () => [...node.docker.services.keys()];
const starts = (acts: readonly string[]) => acts.filter(act => act.startsWith('deploy '));

describe('nothing to do', () => {
  test('is what the same release means, and no task is started', async () => {
    await node.apply(webRelease(node, '1'));
    const again = await node.apply(webRelease(node, '1'));
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining('no changes: webshop-prod runs 1 already') });
    expect(starts(again.acts)).toEqual([]);
    expect(node.records()).toHaveLength(1);
  });

  test('under another name is told with the name that is live', async () => {
    const first = webRelease(node, '1');
    await node.apply(first);
    const renamed = { ...first, manifest: { ...first.manifest, version: '2' } };
    const { said } = await node.apply(renamed);
    expect(said).toContain('no changes: 2 is what webshop-prod runs already, released as 1');
  });

  test('is not said where a service only goes: its route and its tasks go with it', async () => {
    const routes = { web: { port: 8080 }, api: { port: 8080, paths: ['/api'] } };
    const services = { api: otherService(node, 'api', '1'), worker: otherService(node, 'worker', '1') };
    await node.apply(webRelease(node, '1', { manifest: { routes }, services }));
    expect(await node.apply(webRelease(node, '1'))).toMatchObject({ code: 0 });
    expect(names()).toEqual(['webshop-prod_web-blue', 'webshop-prod_api-blue']);
    expect(node.traefik.files.get('webshop-prod')).not.toContain('/api');
    expect(await status()).toMatchObject({ dirty: [], kept: { colours: { api: 'blue' } } });
  });

  test.each<[string, (node: FakeNode) => void]>([
    ['was changed by hand', ({ docker }) => docker.changeByHand('webshop-prod_web-blue')],
    ['was removed by hand', ({ docker }) => docker.services.delete('webshop-prod_web-blue')],
    ['has lost its route', ({ traefik }) => traefik.files.delete('webshop-prod')],
  ])('is not said where a service %s: status tells, and the release mends it', async (_what, harm) => {
    await node.apply(webRelease(node, '1'));
    harm(node);
    expect(await status()).not.toMatchObject({ dirty: [] });
    expect(await node.apply(webRelease(node, '1'))).toMatchObject({
      code: 0,
      said: expect.stringContaining('now runs 1'),
    });
    expect(await status()).toMatchObject({ version: '1', dirty: [] });
    expect(node.visits.at(-1)).toBe('webshop 1');
  });
});

describe('a proxy that takes its time', () => {
  test.each([
    ['a release', () => node.apply(webRelease(node, '2'))],
    ['a canary', () => node.apply(webRelease(node, '2', { manifest: { canary: 10 } }))],
    ['maintenance', () => node.run('maintenance on')],
  ])('has followed when %s says that it is done: whoever comes next finds it as it was told', async (_what, change) => {
    await node.apply(webRelease(node, '1'));
    node.traefik.lag = 3;
    expect(await change()).toMatchObject({ code: 0 });
    expect(node.traefik.hasFollowed).toBe(true);
  });
});

describe('show', () => {
  test('is a release as it was handed in, the live one where none is named', async () => {
    expect((await node.run('show --json')).results[0]).toEqual({ stack: 'webshop-prod', n: null, release: null });
    const [first, second] = [webRelease(node, '1'), webRelease(node, '2')];
    await node.apply(first);
    await node.apply(second);
    expect((await node.run('show --json')).results[0]).toEqual({ stack: 'webshop-prod', n: 2, release: second });
    expect((await node.run('show 1 --json')).results[0]).toEqual({ stack: 'webshop-prod', n: 1, release: first });
    expect(await node.run('show 3')).toMatchObject({ code: 9 });
  });
});

describe('routes', () => {
  const routes = { web: { port: 8080 }, api: { port: 8080, paths: ['/api'] } };
  const two = (version: string, manifest = {}) =>
    webRelease(node, version, {
      manifest: { routes, ...manifest },
      services: { api: otherService(node, 'api', version) },
    });

  test('of a stage that is through stay through while the next one is looked at', async () => {
    const stages = [['api'], ['web']];
    await node.apply(two('1', { stages }));
    node.visited = ['/api'];
    node.visits.length = 0;
    expect(await node.apply(two('2', { stages }))).toMatchObject({ code: 0 });
    expect(node.visits).toEqual(['webshop 1', 'webshop 2']);
  });

  test('of a service that goes stay until the switch, and for good when the release fails', async () => {
    await node.apply(two('1'));
    node.visited = ['/api'];
    node.visits.length = 0;
    expect(await node.apply(webRelease(node, '2', { mode: 'http-500' }))).toMatchObject({ code: 5 });
    expect(node.visits).toEqual(['webshop 1']);
  });

  test('of a new service are taken back with it', async () => {
    await node.apply(webRelease(node, '1'));
    node.visited = ['/', '/api'];
    node.visits.length = 0;
    const failing = two('2', {
      stages: [['api'], ['web']],
      hooks: { postDeploy: [{ service: 'web', command: ['no'] }] },
    });
    node.docker.failingHooks = true;
    expect(await node.apply(failing)).toMatchObject({ code: 6 });
    expect(new Set(node.visits)).toEqual(new Set(['/ webshop 1', '/ webshop 2', '/api webshop 1', '/api webshop 2']));
    expect(node.visits.slice(-2).sort()).toEqual(['/ webshop 1', '/api webshop 1']);
  });

  test('of services that join a group take the colour that is free', async () => {
    await node.apply(webRelease(node, '1'));
    node.visits.length = 0;
    const groups = [['api', 'web']];
    expect(await node.apply(two('2', { groups }))).toMatchObject({ code: 0 });
    expect(node.visits).toEqual(['webshop 1', 'webshop 2']);
    expect(await status()).toMatchObject({ dirty: [], kept: { colours: { web: 'blue' } } });
  });
});

describe('downtime', () => {
  test('is not counted in maintenance mode, however long a release takes', async () => {
    await node.apply(webRelease(node, '1'));
    await node.run('maintenance on');
    const long = webRelease(node, '2', { manifest: { watchSeconds: 120 } });
    expect(await node.apply(long)).toMatchObject({ code: 0 });
    expect(node.records().at(-1)).toMatchObject({ downtimeMs: 0 });
    await node.run('maintenance off');
    expect(node.visits.at(-1)).toBe('webshop 2');
  });

  test('is not what a release has that answers on another health path than the one before', async () => {
    await node.apply(webRelease(node, '1'));
    const check = { path: '/elsewhere', version: { path: '/version' } };
    const slow = webRelease(node, '2', { manifest: { check, watchSeconds: 120 } });
    node.traefik.missing = (path, version) => path === (version === '1' ? '/elsewhere' : '/healthz');
    expect(await node.apply(slow)).toMatchObject({ code: 0 });
    expect(node.records().at(-1)).toMatchObject({ downtimeMs: 0 });
  });

  test('that is longer than allowed rolls back', async () => {
    await node.apply(webRelease(node, '1'));
    node.traefik.missing = (path, version) => path === '/healthz' && version === '1';
    const ended = await node.apply(webRelease(node, '2', { manifest: { watchSeconds: 40 } }));
    expect(ended).toMatchObject({
      code: 6,
      said: expect.stringMatching(/the site was down for \d+\.\d s, allowed are 30 s/),
    });
    expect(node.visits.at(-1)).toBe('webshop 1');
  });
});

describe('memory', () => {
  const gigabytes = (limit: number) => ({ deploy: { resources: { limits: { memory: `${limit}G` } } } });

  test('that tasks for the way back take is given to the next release', async () => {
    for (const version of ['1', '2']) await node.apply(webRelease(node, version));
    node.freeMemory = 3.5e9;
    const ended = await node.apply(webRelease(node, '3', { web: gigabytes(2) }));
    expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('#1 is no longer kept') });
    expect(ended.said).not.toContain('task by task');
    expect(node.records().at(-1)).toMatchObject({ strategy: 'colours' });
  });

  test('that is too little for two colours is told of, and the release goes task by task', async () => {
    await node.apply(webRelease(node, '1'));
    node.freeMemory = 4e9;
    const two = { deploy: { ...gigabytes(2).deploy, replicas: 2 } };
    const ended = await node.apply(webRelease(node, '2', { web: two }));
    expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('two colours do not fit') });
    expect(node.records().at(-1)).toMatchObject({ strategy: 'rolling' });
    expect(await status()).toMatchObject({ dirty: [] });
  });

  test('that is too little for one more task ends it, and nothing is touched', async () => {
    await node.apply(webRelease(node, '1'));
    const ended = await node.apply(webRelease(node, '2', { web: gigabytes(20) }));
    expect(ended).toMatchObject({ code: 5, said: expect.stringContaining('no further task fits') });
    expect(starts(ended.acts)).toEqual([]);
  });

  test('is counted for as many tasks as the last scale has made', async () => {
    await node.apply(webRelease(node, '1', { web: gigabytes(1) }));
    await node.run('scale web=5');
    node.freeMemory = 5e9;
    await node.apply(webRelease(node, '2', { web: gigabytes(1) }));
    expect(node.records().at(-1)).toMatchObject({ strategy: 'rolling' });
  });
});
