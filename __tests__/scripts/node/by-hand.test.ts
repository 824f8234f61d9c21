import { renderRoutes } from '../../../scripts/domain/swarm/route-file';
import type { Colour } from '../../../scripts/domain/swarm/units';
import { FakeNode } from '../../support/fake-node';
import { webRelease } from '../../support/fake-release';

/** Somebody has followed the runbook: the public is where no release of this program has sent it. */
let node: FakeNode;
beforeEach(async () => {
  node = new FakeNode();
  for (const version of ['1', '2']) await node.apply(webRelease(node, version));
});
afterEach(() => node.remove());

const status = async () => (await node.run('status --json')).results[0];

function sendPublicTo(colour: Colour): void {
  const routes = {
    stack: 'webshop-prod',
    hostnames: ['example.org', 'www.example.org'],
    routes: { web: { port: 8080 } },
  };
  node.traefik.files.set('webshop-prod', renderRoutes({ ...routes, live: { web: colour } }));
  node.visits.length = 0;
}

test('status tells', async () => {
  sendPublicTo('blue');
  expect(await status()).toMatchObject({ dirty: ['the public is sent to blue web, released was green'] });
});

test('to the tasks that are kept: those are live then, and the next release takes the other colour', async () => {
  sendPublicTo('blue');
  expect(await node.apply(webRelease(node, '3'))).toMatchObject({ code: 0, said: expect.stringContaining('by hand') });
  expect(node.visits).toEqual(['webshop 1', 'webshop 3']);
  expect(node.records().at(-1)).toMatchObject({ from: '1', colours: { web: 'green' } });
  expect(await status()).toMatchObject({ version: '3', dirty: [], kept: { n: 1 } });
});

test('to the tasks that are kept: when their time is over, the others go', async () => {
  sendPublicTo('blue');
  await node.wait(31 * 60);
  expect(await node.run('tidy')).toMatchObject({ code: 0 });
  expect([...node.docker.services.keys()]).toEqual(['webshop-prod_web-blue']);
  expect(new Set(node.visits)).toEqual(new Set(['webshop 1']));
  expect(await status()).toMatchObject({ version: '1' });
});

test('to tasks that were started by hand: they are not taken away, not even after a kill, until a release has replaced them', async () => {
  await node.wait(31 * 60);
  await node.run('tidy');
  node.docker.startByHand('webshop-prod_web-blue', 'webshop-prod_web-green', node.push('1'));
  await node.wait(2);
  sendPublicTo('blue');
  await node.run('prune', '', 0);
  expect(await node.run('tidy')).toMatchObject({ code: 0 });
  expect(node.visits.at(-1)).toBe('webshop 1');
  expect(await node.apply(webRelease(node, '2'))).toMatchObject({ code: 0 });
  expect(new Set(node.visits)).toEqual(new Set(['webshop 1', 'webshop 2']));
  expect(await status()).toMatchObject({ version: '2', dirty: [] });
});
