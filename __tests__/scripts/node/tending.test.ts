import { FakeNode } from '../../support/fake-node';
import { webRelease } from '../../support/fake-release';

const MINUTE = 60_000;

let node: FakeNode;
beforeEach(() => (node = new FakeNode()));
afterEach(() => node.remove());

const status = async () => (await node.run('status --json')).results[0];
const staging = (version: string) => webRelease(node, version, { manifest: { stack: 'webshop-prod-dev' } });

/** A machine that was made anew: what Docker had is gone, the records came with it. */
function replaceMachine(): void {
  node.docker.services.clear();
  node.docker.images.clear();
  node.traefik.files.clear();
}

describe('resume', () => {
  test('brings back what was live, and a second one finds it there', async () => {
    for (const version of ['1', '2']) await node.apply(webRelease(node, version));
    replaceMachine();
    expect(await node.run('resume')).toMatchObject({ code: 0 });
    expect(await status()).toMatchObject({ version: '2', dirty: [] });
    const again = await node.run('resume');
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining('2 is here already') });
    // The images of the older releases did not come with it, which is no failure of the next one.
    expect(await node.apply(webRelease(node, '3'))).toMatchObject({ code: 0 });
  });

  test(
    'that is killed anywhere goes on at the next boot',
    async () => {
      for (let most = 0, wasKilled = true; wasKilled; most++) {
        await node.apply(webRelease(node, '1'));
        replaceMachine();
        wasKilled = (await node.run('resume', '', most)).code === 'killed';
        expect(await node.run('resume')).toMatchObject({ code: 0 });
        expect(await status()).toMatchObject({ version: '1', dirty: [] });
        node.remove();
        node = new FakeNode();
      }
    },
    MINUTE,
  );

  test('that fails leaves the release for the next boot', async () => {
    await node.apply(webRelease(node, '1'));
    replaceMachine();
    node.docker.registryIsUp = false;
    expect(await node.run('resume')).toMatchObject({ code: 5 });
    node.docker.registryIsUp = true;
    expect(await node.run('resume')).toMatchObject({ code: 0 });
    expect(await status()).toMatchObject({ version: '1', dirty: [] });
  });

  test('of one stack does not depend on another one', async () => {
    await node.apply(webRelease(node, '1'));
    await node.apply(staging('2'));
    replaceMachine();
    node.docker.registry.delete(node.folder().kept(1)!.release.stack.services['web']!.image);
    expect(await node.run('resume')).toMatchObject({ code: 5 });
    expect((await node.run('status --stack webshop-prod-dev --json')).results).toMatchObject([
      { version: '2', dirty: [] },
    ]);
  });
});

describe('tidy', () => {
  test('removes what is kept when its time is over, and not before', async () => {
    for (const version of ['1', '2']) await node.apply(webRelease(node, version));
    await node.run('tidy');
    expect(node.docker.services.size).toBe(2);
    await node.wait(31 * 60);
    await node.run('tidy');
    expect([...node.docker.services.keys()]).toEqual(['webshop-prod_web-green']);
    expect(await status()).toMatchObject({ version: '2', dirty: [] });
  });

  test('of one stack does not depend on another one', async () => {
    for (const version of ['1', '2']) {
      await node.apply(webRelease(node, version));
      await node.apply(staging(version));
    }
    await node.wait(31 * 60);
    node.docker.failing = /^remove webshop-prod_web-blue/;
    expect(await node.run('tidy')).toMatchObject({ code: 5 });
    expect([...node.docker.services.keys()]).not.toContain('webshop-prod-dev_web-blue');
  });

  test('leaves a release alone that waits for a decision', async () => {
    await node.apply(webRelease(node, '1'));
    await node.apply(webRelease(node, '2', { manifest: { canary: 10 } }));
    await node.wait(31 * 60);
    expect(await node.run('tidy')).toMatchObject({ code: 0 });
    expect(await status()).toMatchObject({ unfinished: { state: 'canary' } });
    expect(await node.run('canary promote')).toMatchObject({ code: 0 });
  });
});

describe('scale', () => {
  test('that fails leaves the number of tasks that there was', async () => {
    await node.apply(webRelease(node, '1'));
    node.docker.modes.set(webRelease(node, '1').stack.services['web']!.image, 'works');
    node.docker.slots = 2;
    expect(await node.run('scale web=3')).toMatchObject({ code: 6, said: expect.stringContaining('earlier numbers') });
    expect(await status()).toMatchObject({ dirty: [] });
    expect(node.docker.running('webshop-prod_web-blue')).toHaveLength(1);
  });

  test('by hand is told of, and the next release has the number that was released', async () => {
    await node.apply(webRelease(node, '1'));
    node.docker.scaleByHand('webshop-prod_web-blue', 2);
    expect(await status()).toMatchObject({
      dirty: ['webshop-prod_web-blue is to have 2 tasks, released were 1'],
    });
    await node.apply(webRelease(node, '2'));
    expect(node.docker.running('webshop-prod_web-green')).toHaveLength(1);
  });

  test('waits for the end of a release that waits', async () => {
    await node.apply(webRelease(node, '1'));
    await node.apply(webRelease(node, '2', { manifest: { canary: 10 } }));
    expect(await node.run('scale web=3')).toMatchObject({ code: 9 });
  });
});

test('status tells of an interrupted release which version the public gets', async () => {
  await node.apply(webRelease(node, '1'));
  const undisturbed = new FakeNode();
  await undisturbed.apply(webRelease(undisturbed, '1'));
  const { acts } = await undisturbed.apply(webRelease(undisturbed, '2'));
  undisturbed.remove();
  const switched = acts.lastIndexOf('routes of webshop-prod') + 1;
  await node.apply(webRelease(node, '2'), switched);
  expect(await status()).toMatchObject({ version: '1', unfinished: { n: 2, state: 'interrupted', public: ['2'] } });
  await node.run('tidy');
  expect(await status()).toMatchObject({ version: '1', dirty: [], last: { n: 2, result: 'interrupted' } });
});
