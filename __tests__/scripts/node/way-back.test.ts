import { FakeNode } from '../../support/fake-node';
import { otherService, webRelease } from '../../support/fake-release';

let node: FakeNode;
beforeEach(() => (node = new FakeNode()));
afterEach(() => node.remove());

const release = async (...versions: string[]) => {
  for (const version of versions) expect(await node.apply(webRelease(node, version))).toMatchObject({ code: 0 });
};
const status = async () => (await node.run('status --json')).results[0];
const deploys = (acts: readonly string[]) => acts.filter(act => act.startsWith('deploy '));

test('to tasks that still run is one rename, and the way back from there is one as well', async () => {
  await release('1', '2');
  for (const version of ['1', '2', '1']) {
    const ended = await node.run(version === '2' ? 'rollback 2' : 'rollback 1');
    expect(ended).toMatchObject({ code: 0, said: expect.stringContaining(`now runs ${version}`) });
    expect(deploys(ended.acts)).toEqual([]);
    expect(node.visits.at(-1)).toBe(`webshop ${version}`);
  }
  expect(await status()).toMatchObject({ version: '1', dirty: [], kept: { n: 4 } });
});

test.each<[string, () => void]>([
  ['are gone', () => node.docker.services.delete('webshop-prod_web-blue')],
  ['have crashed', () => node.docker.modes.set(webRelease(node, '1').stack.services['web']!.image, 'never-healthy')],
])('to tasks that %s starts them anew, and the public never finds out', async (_what, harm) => {
  await release('1', '2');
  harm();
  node.docker.restart('webshop-prod_web-blue');
  node.docker.modes.clear();
  node.visits.length = 0;
  const ended = await node.run('rollback');
  expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('do not all run any more') });
  expect(deploys(ended.acts)).toEqual(['deploy web-blue']);
  expect(node.visits).toEqual(['webshop 2', 'webshop 1']);
});

test('needs no registry, and no password for it, while the images are on the node', async () => {
  node.secrets.set('registry', 'a secret');
  const registry = { server: 'registry.example.org', username: 'robot', passwordSecret: 'registry' };
  for (const version of ['1', '2', '3']) await node.apply(webRelease(node, version, { manifest: { registry } }));
  node.docker.registryIsUp = false;
  expect(await node.run('rollback 1')).toMatchObject({ code: 0 });
  expect(node.visits.at(-1)).toBe('webshop 1');
  expect(await node.apply(webRelease(node, '4', { manifest: { registry } }))).toMatchObject({ code: 5 });
});

test('that fails in public leads back to where one came from', async () => {
  await release('1', '2');
  node.docker.modes.set(webRelease(node, '1').stack.services['web']!.image, 'fails-in-public');
  expect(await node.run('rollback')).toMatchObject({ code: 6, said: expect.stringContaining('2 serves again') });
  expect(node.visits.at(-1)).toBe('webshop 2');
  expect(await status()).toMatchObject({ version: '2', dirty: [] });
});

test('is there for five releases and no longer, and what a failed release has brought goes', async () => {
  await release('1', '2', '3', '4', '5', '6');
  await node.apply(webRelease(node, '7', { mode: 'http-500' }));
  await release('8');
  const tags = [...node.docker.images.values()].map(({ RepoDigests }) => RepoDigests?.[0]);
  const wanted = ['3', '4', '5', '6', '8'].map(version => webRelease(node, version).stack.services['web']!.image);
  expect(tags.sort()).toEqual(wanted.map(image => image.replace(/:\d@/, '@')).sort());
});

test('of images that somebody has removed does not make a failure of a release that is live', async () => {
  await release('1', '2', '3');
  const [first] = node.docker.images.keys();
  node.docker.images.delete(first!);
  const ended = await node.apply(webRelease(node, '4'));
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.said).not.toContain('left');
});

test('a release is live when it is, whatever cannot be cleared away behind it', async () => {
  await node.apply(webRelease(node, '1', { services: { worker: otherService(node, 'worker', '1') } }));
  node.docker.failing = /^remove webshop-prod_worker/;
  const ended = await node.apply(webRelease(node, '2'));
  expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('left for `tidy`') });
  node.docker.failing = undefined;
  expect(await node.run('tidy')).toMatchObject({ code: 0 });
  expect(await status()).toMatchObject({ version: '2', dirty: [] });
  expect([...node.docker.services.keys()]).not.toContain('webshop-prod_worker');
  expect(node.records()).toHaveLength(2);
});

describe('secrets', () => {
  const withSecret = (version: string) =>
    webRelease(node, version, { web: { secrets: [{ source: 'key' }] }, stack: { secrets: { key: {} } } });
  const kept = () => [...node.docker.content.secret.values()];

  test('are entered anew only when they have changed, and go with the releases that had them', async () => {
    for (const value of ['first', 'second', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh']) {
      node.secrets.set('key', value);
      expect(await node.apply(withSecret('1'))).toMatchObject({ code: 0 });
    }
    expect(kept()).toEqual(['third', 'fourth', 'fifth', 'sixth', 'seventh']);
  });

  test('of the last good releases stay, however many bad ones came after', async () => {
    node.secrets.set('key', 'first');
    await node.apply(withSecret('1'));
    node.secrets.set('key', 'second');
    await node.apply(withSecret('2'));
    for (const version of ['3', '4', '5', '6', '7']) await node.apply(webRelease(node, version, { mode: 'http-500' }));
    await node.run('prune');
    expect(kept()).toEqual(['first', 'second']);
  });
});
