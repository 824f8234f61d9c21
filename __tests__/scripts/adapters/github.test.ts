import { Github } from '../../../scripts/adapters/github';
import { GithubServer } from '../../support/github-server';

const COMMIT = 'c'.repeat(40);

let server: GithubServer;
beforeEach(async () => {
  server = await GithubServer.start('example-org/webshop', COMMIT);
});
afterEach(async () => {
  await server.stop();
  expect(server.complaints).toEqual([]);
});

const github = (token = 'read-token') => new Github({ repository: 'example-org/webshop', token, api: server.url });

test('results of CI are taken from statuses and checks alike', async () => {
  server.statuses = [{ context: 'ci/circleci: unit', state: 'success' }];
  server.runs = [
    { name: 'lint', status: 'completed', conclusion: 'failure' },
    { name: 'e2e', status: 'in_progress', conclusion: null },
  ];
  expect(await github().checks(COMMIT)).toEqual([
    { name: 'ci/circleci: unit', result: 'success' },
    { name: 'lint', result: 'failure' },
    { name: 'e2e', result: 'in_progress' },
  ]);
});

test('all pages are read: the red one may be on the last', async () => {
  server.pageSize = 2;
  server.runs = ['a', 'b', 'c', 'd', 'e'].map(name => ({ name, status: 'completed', conclusion: 'success' }));
  server.runs[4]!.conclusion = 'failure';
  expect((await github().checks(COMMIT)).map(({ result }) => result).at(-1)).toBe('failure');
});

test('pull requests come with their reviews and those who were asked', async () => {
  const reviews = [{ reviewer: 'bob', state: 'APPROVED' }];
  server.pulls = [{ number: 7, author: 'alice', reviews, asked: ['carol'] }];
  expect(await github().pullsOf(COMMIT)).toEqual([{ number: 7, author: 'alice', reviews, asked: ['carol', 'owners'] }]);
});

test('a token that is refused is named, and not shown', async () => {
  await expect(github('wrong-token').checks(COMMIT)).rejects.toThrow(
    /^GitHub answered 401 to GET \/repos\/example-org\/webshop\/commits\/c{40}\/\S+; check the token's rights/,
  );
  await expect(github('wrong-token').checks(COMMIT)).rejects.not.toThrow(/wrong-token/);
});
