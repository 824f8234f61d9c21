import { FakeNode } from '../../support/fake-node';
import { webRelease } from '../../support/fake-release';

const SERVICE = 'webshop-prod-web';

let node: FakeNode;
beforeEach(async () => {
  node = new FakeNode();
  node.traefik.metrics = () => metrics(visitors(), 0);
  await node.apply(webRelease(node, '1'));
  await node.run('tidy');
  await node.wait(30 * 60);
  await node.run('tidy');
});
afterEach(() => node.remove());

const status = async () => (await node.run('status --json')).results[0];
/** Ten a second, since the node is there. */
const visitors = () => Math.round((node.now().getTime() - Date.parse('2026-11-02T08:00:00Z')) / 100);
const metrics = (good: number, bad: number, within = '0.1') =>
  [
    `traefik_service_requests_total{code="200",service="${SERVICE}-blue@swarm"} ${good}`,
    `traefik_service_requests_total{code="503",service="${SERVICE}-green@swarm"} ${bad}`,
    `traefik_service_request_duration_seconds_bucket{service="${SERVICE}-blue@swarm",le="${within}"} ${good}`,
    `traefik_service_request_duration_seconds_bucket{service="${SERVICE}-blue@swarm",le="+Inf"} ${good}`,
  ].join('\n');

/** From now on, every second visitor gets an error. */
function turnBad(): void {
  const since = visitors();
  node.traefik.metrics = () => metrics(visitors(), (visitors() - since) / 2);
}

test('a release that is as good as before is live, and a line is said each half minute', async () => {
  await node.apply(webRelease(node, '2'));
  const watched = await node.run('watch --minutes 3');
  expect(watched).toMatchObject({
    code: 0,
    results: expect.arrayContaining([expect.objectContaining({ seconds: 90 })]),
  });
  expect(watched.said.split('\n')).toHaveLength(8);
  expect(watched.said).toMatch(/^webshop-prod is watched for 3 min, beside 18\d{3} requests of the hour before it$/m);
  expect(watched.said).toContain(
    '90 s of 180 s: 10.0 requests/s, 0.0 % 5xx (0.0 % before), 95 % within 95 ms (95 ms before), 0 restarts',
  );
  expect(watched.results.at(-1)).toMatchObject({ version: '2', n: 2, result: 'good' });
  expect(await status()).toMatchObject({ version: '2', dirty: [] });
});

test('a release that is worse is rolled back, and the record and the audit say why', async () => {
  await node.apply(webRelease(node, '2', { manifest: { reason: 'a feature' } }));
  turnBad();
  const watched = await node.run('watch --minutes 3 --by anna --run-url https://ci.example.org/7');
  expect(watched).toMatchObject({ code: 6, said: expect.stringMatching(/2: 33\.3 % of \d+ requests.*rolled back$/) });
  expect(watched.results.at(-1)).toMatchObject({ result: 'rolled back', breach: expect.any(String) });
  expect(await status()).toMatchObject({ version: '1', dirty: [] });
  const reason = expect.stringMatching(
    /^watch: 33\.3 % of \d+ requests were answered with 5xx, 0\.0 % in the hour before$/,
  );
  const runUrl = 'https://ci.example.org/7';
  expect(node.records().at(-1)).toMatchObject({ verb: 'rollback', version: '1', by: 'anna', reason, runUrl });
  expect(node.folder().audit().at(-1)).toMatchObject({ verb: 'rollback', by: 'anna', reason, what: 'done' });
});

test('only a look leaves the release live', async () => {
  await node.apply(webRelease(node, '2'));
  turnBad();
  const { code, acts, results } = await node.run('watch --minutes 3 --only');
  expect({ code, acts }).toEqual({ code: 5, acts: [] });
  expect(results.at(-1)).toMatchObject({ result: 'bad' });
  expect(await status()).toMatchObject({ version: '2' });
});

test('what turns bad late is not hidden by what was good before', async () => {
  await node.apply(webRelease(node, '2'));
  const late = visitors() + 50 * 60 * 10;
  // In its first minute not 1 of 100 of all visitors.
  node.traefik.metrics = () => metrics(visitors(), Math.max(0, visitors() - late) / 20);
  expect(await node.run('watch --minutes 60')).toMatchObject({ code: 6 });
});

test('tasks that end are counted, however few of them Docker remembers', async () => {
  await node.apply(webRelease(node, '2'));
  node.docker.modes.set(webRelease(node, '2').stack.services['web']!.image, 'crash-after=10');
  node.docker.restart(`webshop-prod_web-green`);
  const watched = await node.run('watch --minutes 3');
  expect(watched).toMatchObject({ code: 6, said: expect.stringContaining(' restarts, allowed are 2') });
  expect(await status()).toMatchObject({ version: '1', dirty: [] });
});

test('a release that cannot be rolled back needs a person', async () => {
  turnBad();
  const watched = await node.run('watch');
  expect(watched).toMatchObject({ code: 7, said: expect.stringContaining('could not be rolled back: no release') });
  expect(await status()).toMatchObject({ version: '1' });
});

test('another release that becomes live meanwhile is nobody who is judged', async () => {
  await node.apply(webRelease(node, '2'));
  const before = node.traefik.metrics;
  let other: Promise<unknown> | undefined;
  node.traefik.metrics = () => {
    node.traefik.metrics = before;
    other = node.apply(webRelease(node, '3'));
    return before();
  };
  expect(await node.run('watch')).toMatchObject({ code: 9, said: expect.stringContaining('is not live any more') });
  await other;
  expect(await status()).toMatchObject({ version: '3', dirty: [] });
});

test('what became live in the very moment of a breach is not rolled back', async () => {
  await node.apply(webRelease(node, '2'));
  const since = visitors();
  let looks = 0;
  node.traefik.metrics = async () => {
    if ((looks += 1) === 2) await node.apply(webRelease(node, '3'));
    return metrics(visitors(), visitors() - since);
  };
  expect(await node.run('watch')).toMatchObject({
    code: 9,
    said: expect.stringContaining('#2 of webshop-prod is not'),
  });
  expect(await status()).toMatchObject({ version: '3', dirty: [] });
});

test('a proxy that is away for a while is waited for, one that never says a number proves nothing', async () => {
  await node.apply(webRelease(node, '2'));
  const answering = node.traefik.metrics;
  let looks = 0;
  node.traefik.metrics = () => {
    if ((looks += 1) < 5) throw new Error('Traefik does not answer');
    return answering();
  };
  expect(await node.run('watch --minutes 1')).toMatchObject({ code: 0, said: expect.stringContaining('not counted') });
  node.traefik.metrics = () => {
    throw new Error('Traefik does not answer');
  };
  expect(await node.run('watch --minutes 1')).toMatchObject({ code: 5, said: expect.stringContaining('nothing was') });
  expect(await node.run('tidy')).toMatchObject({ code: 0, said: expect.stringContaining('traffic was not noted') });
});

test('without an hour before, what is bad in any case is found', async () => {
  const young = new FakeNode();
  await young.apply(webRelease(young, '1'));
  await young.apply(webRelease(young, '2'));
  young.traefik.metrics = () => metrics(0, young.now().getTime() / 1000);
  const watched = await young.run('watch');
  young.remove();
  expect(watched).toMatchObject({ code: 6, said: expect.stringContaining('by itself: nobody has counted') });
  expect(watched.said).toMatch(/2: 100\.0 % of \d+ requests were answered with 5xx; it was rolled back$/m);
});

test('what is not through yet, or not there, is not watched', async () => {
  await node.apply(webRelease(node, '2', { manifest: { canary: 10 } }));
  expect(await node.run('watch')).toMatchObject({ code: 9, said: expect.stringContaining('not through yet') });
  expect(await node.run('watch --stack webshop-prod-dev')).toMatchObject({ code: 9 });
});
