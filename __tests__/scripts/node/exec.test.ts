import { FakeNode } from '../../support/fake-node';
import { otherService, webRelease } from '../../support/fake-release';

let node: FakeNode;
beforeEach(() => (node = new FakeNode()));
afterEach(() => node.remove());

/** Acts of a run, without what is written into the audit. */
const commands = async (words: string) => (await node.run(words)).acts.filter(act => act !== 'audit');
const idOf = (service: string) => node.docker.services.get(`webshop-prod_${service}`)!.id;
const audit = () => node.folder().audit().slice(-2);

test('a command runs in a task of the service, and how it ends is how this ends', async () => {
  await node.apply(webRelease(node, '1', { services: { worker: otherService(node, 'worker', '1') } }));
  node.docker.commandsEndWith = 42;
  const { code, acts } = await node.run('exec worker --by anna --reason why -- sh -c a%20%26%26%20b');
  expect(code).toBe(42);
  expect(acts).toEqual(['audit', `["sh","-c","a && b"] in container of ${idOf('worker')}`, 'audit']);
  const what = '["sh","-c","a && b"] in task';
  expect(audit()).toMatchObject([
    { verb: 'exec worker', by: 'anna', reason: 'why', what: expect.stringContaining(`runs ${what}`) },
    { verb: 'exec worker', by: 'anna', reason: 'why', what: expect.stringMatching(/^\["sh".* ended with 42$/) },
  ]);
});

test('of two colours the live one is meant, unless one is named', async () => {
  for (const version of ['1', '2']) await node.apply(webRelease(node, version));
  expect(await commands('exec web -- id')).toEqual([`["id"] in container of ${idOf('web-green')}`]);
  expect(await commands('exec web-blue -- id')).toEqual([`["id"] in container of ${idOf('web-blue')}`]);
});

test('where a release waits for a look, its tasks are meant', async () => {
  await node.apply(webRelease(node, '1'));
  await node.apply(webRelease(node, '2', { manifest: { canary: 10 } }));
  expect(await commands('exec web -- id')).toEqual([`["id"] in container of ${idOf('web-green')}`]);
  await node.run('canary drop');
  expect(await commands('exec web -- id')).toEqual([`["id"] in container of ${idOf('web-blue')}`]);
});

test('a service that is not of this stack is refused, and nothing runs', async () => {
  await node.apply(webRelease(node, '1'));
  const refused = await node.run('exec traefik -- id');
  expect(refused).toMatchObject({ code: 2, acts: [], said: 'webshop-prod has no service "traefik"; it has web-blue' });
  expect(await node.run('exec web --stack webshop-prod-dev -- id')).toMatchObject({ code: 2, acts: [] });
  expect(await node.run('exec web --stack proxy -- id')).toMatchObject({ code: 2, acts: [] });
});

test('a task on another node is told of, with what to do', async () => {
  await node.apply(webRelease(node, '1'));
  node.docker.node = 'node-2';
  const refused = await node.run('exec web -- id');
  expect(refused).toMatchObject({
    code: 2,
    acts: [],
    said: expect.stringContaining('runs on the node node-1.example.org'),
  });
});

test('a service without a task that runs says where to look', async () => {
  await node.apply(webRelease(node, '1'));
  node.docker.scaleByHand('webshop-prod_web-blue', 0);
  expect(await node.run('exec web -- id')).toMatchObject({
    code: 2,
    said: expect.stringContaining('no task that runs'),
  });
});

test('what cannot be written into the audit is not run', async () => {
  await node.apply(webRelease(node, '1'));
  node.diskIsFull = true;
  const refused = await node.run('exec web -- id');
  expect(refused).toMatchObject({
    code: 2,
    said: expect.stringContaining('the audit of webshop-prod cannot be written'),
  });
  expect(refused.acts.filter(act => act.includes('container'))).toEqual([]);
});
