import { deploy, type DeployOptions } from '../../../../scripts/commands/deploy/deploy';
import type { FakeOptions } from '../../../support/fake-project';
import { CommandWorld } from '../../../support/command-world';
import { commit, lineage } from '../../../support/deploy-world';
import { SlackServer } from '../../../support/slack-server';

let world: CommandWorld;
beforeEach(async () => (world = await CommandWorld.open()));
afterEach(() => world.close());

const OPTIONS: DeployOptions = { environment: 'dev', skipOlder: false, yes: false, override: [] };
const run = (options: Partial<DeployOptions>, fake: FakeOptions = {}) =>
  world.run(deploy({ ...OPTIONS, ...options }, world.application), fake);
const verbs = (node: readonly string[]) => node.map(line => line.split(' ').slice(0, 2).join(' '));

describe('a version', () => {
  test('is brought to the node, and the result says what from and what to', async () => {
    const { code, node, context } = await run({ version: '202611.2' });
    expect(code).toBe(0);
    expect(verbs(node)).toEqual(['dev: status', 'dev: show', 'dev: apply']);
    expect(world.releases.get('dev')?.manifest).toMatchObject({
      ...{ stack: 'webshop-dev', version: '202611.2', commit: commit('b'), by: 'Anna' },
    });
    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
    const facts = { environment: 'dev', version: '202611.2', commit: commit('b'), digest, from: null, overrides: [] };
    expect(context.objects).toEqual([{ command: 'deploy', ...facts }]);
    expect(context.logged[0]).toMatch(/^dev: nothing -> 202611\.2 \(sha256:\w{64}\)$/);
    const next = await run({ version: '202611.3' });
    expect(next.context.objects).toMatchObject([{ from: '202611.2' }]);
    expect(next.context.logged).toContainEqual(expect.stringMatching(/^ {2}web: image shop:git-commit-bbbbbbb@/));
  });

  test('goes nowhere when the data names what there is not', async () => {
    const { application } = world;
    const swarm = { ...application.swarm!, environments: { dev: { replicas: { wbe: 2 } } } };
    const options = { ...OPTIONS, version: '202611.2' };
    expect(await world.run(deploy(options, { ...application, swarm }))).toMatchObject({
      ...{ code: 2, node: [] },
      message: 'environments.dev.replicas in stacks/swarm has "wbe", allowed are web; correct it',
    });
  });

  test('is said who wants it, and in which run of a pipeline', async () => {
    const env = { CIRCLE_USERNAME: 'ci-anna', CIRCLE_BUILD_URL: 'https://ci.example.org/7' };
    await run({ version: '202611.2' }, { env });
    expect(world.releases.get('dev')?.manifest).toMatchObject({ by: 'ci-anna', runUrl: 'https://ci.example.org/7' });
    await run({ version: '202611.2', by: 'bert', runUrl: 'https://ci.example.org/8' }, { env });
    expect(world.releases.get('dev')?.manifest).toMatchObject({ by: 'bert', runUrl: 'https://ci.example.org/8' });
  });

  test('is what is live, anew, where none is named', async () => {
    await run({ version: '202611.1' });
    const { code, context } = await run({});
    expect([code, context.objects[0]?.['version']]).toEqual([0, '202611.1']);
    expect(world.registry.requests.map(({ path }) => path)).toContain('/v2/shop/manifests/git-commit-aaaaaaa');
  });

  test('is only looked at with --dry-run', async () => {
    const { code, node, context } = await run({ version: '202611.2' }, { dryRun: true });
    expect(code).toBe(0);
    expect(verbs(node)).toEqual(['dev: status', 'dev: show']);
    expect(context.printed).toEqual([
      expect.stringMatching(/^would deploy 202611\.2 \(sha256:\w{64}\) to dev: 1 changes$/),
    ]);
    expect(context.objects).toMatchObject([
      { command: 'deploy', dryRun: true, environment: 'dev', version: '202611.2' },
    ]);
    expect(context.shell.written).toEqual([]);
  });
});

describe('is refused', () => {
  test.each<[string, Partial<DeployOptions>, string]>([
    [
      'a version beside a commit',
      { version: '202611.2', commit: 'HEAD' },
      'both a version and --commit say what to deploy; leave one of them out',
    ],
    [
      '--skip-older without a commit',
      { version: '202611.2', skipOlder: true },
      '--skip-older compares commits; add --commit <ref>, or leave it out',
    ],
    [
      'an environment that nobody knows',
      { environment: 'production', version: '202611.2' },
      'environment is "production", allowed is one of prod, dev; run `npx cdktf list` to see the stacks',
    ],
  ])('before anybody is asked: %s', async (_what, options, message) => {
    const { context, ...ended } = await run(options);
    expect(ended).toEqual({ code: 2, message, node: [] });
    expect([context.shell.commands, world.registry.requests]).toEqual([[], []]);
  });

  test.each<[string, Partial<DeployOptions>, number, RegExp]>([
    ['nothing named and nothing live', {}, 2, /^dev has no release yet; name one: slipway deploy dev <version>$/],
    [
      'an image that is not there',
      { version: '202611.9' },
      9,
      /\/shop has no 202611\.9; build it first: slipway build /,
    ],
    [
      'services for the first time',
      { version: '202611.2', only: ['web'] },
      2,
      /^--services needs a release that is live/,
    ],
    [
      'production without a terminal and without --yes',
      { environment: 'prod', version: '202611.2' },
      2,
      /^nobody can be asked without a terminal; add --yes to agree to everything$/,
    ],
  ])('before the node changes anything: %s', async (_what, options, code, message) => {
    const ended = await run(options);
    expect(ended).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(ended.context.shell.written).toEqual([]);
  });

  test('what is older than what production serves', async () => {
    await run({ environment: 'prod', version: '202611.2', yes: true });
    const { code, message } = await run({ environment: 'prod', version: '202611.1', yes: true });
    expect(code).toBe(9);
    expect(message).toMatch(/^refused: 202611\.1 is older than 202611\.2 \(bbbbbbb\), which is live; /);
    const why = { override: ['older-than-live'], reason: 'the shop is down' };
    const forced = await run({ environment: 'prod', version: '202611.1', yes: true, ...why });
    expect(forced.context.objects).toMatchObject([{ version: '202611.1', overrides: [{ guard: 'older-than-live' }] }]);
    expect(world.releases.get('prod')?.manifest.reason).toBe('older-than-live overridden: the shop is down');
  });

  test('with the words and the exit code of the node, whichever they are', async () => {
    world.override = ([verb]) =>
      verb === 'apply'
        ? { code: 6, stderr: 'web ...\ndeploy: /version answers 500; 202611.1 serves again\n' }
        : undefined;
    const { context: _, node: __, ...ended } = await run({ version: '202611.2' });
    expect(ended).toEqual({ code: 6, message: '/version answers 500; 202611.1 serves again' });
  });

  test('with 7 where the node serves it and nobody outside can see that', async () => {
    world.serves = '202611.1';
    const { code, message } = await run({ version: '202611.2' });
    expect(code).toBe(7);
    expect(message).toMatch(
      /^202611\.2 is live on the node, but dev does not serve 202611\.2: https:\/\/dev\.example\.org: \/version says version "202611\.1"/,
    );
  });

  test('where the node says nothing of the stack', async () => {
    world.override = ([verb]) => (verb === 'status' ? { stdout: '' } : undefined);
    const { code, message } = await run({ version: '202611.2' });
    expect([code, message]).toEqual([2, 'the node of dev says nothing of webshop-dev; look with slipway status dev']);
  });
});

describe('--skip-older', () => {
  const older = { commit: 'HEAD', skipOlder: true };

  test('leaves what is newer, also where this checkout has to fetch it first', async () => {
    await run({ version: '202611.3' });
    let fetched = false;
    const known = world.git;
    world.git = (command, options) => {
      fetched ||= command[1] === 'fetch';
      return command[1] === 'cat-file' && !fetched ? { code: 128 } : known(command, options);
    };
    const { code, node, context } = await run(older);
    expect([code, verbs(node)]).toEqual([0, ['dev: status']]);
    expect(context.logged).toEqual(['dev serves 202611.3 already, which is newer than bbbbbbb']);
  });

  test.each([
    ['older', '202611.1', lineage(['a', 'b', 'c'].map(commit))],
    ['the same', '202611.2', lineage(['a', 'b', 'c'].map(commit))],
    ['of another branch', '202611.3', lineage(['a', 'b'].map(commit), [commit('c')])],
    ['not known to anybody', '202611.3', lineage(['a', 'b'].map(commit))],
  ])('replaces what is %s', async (_what, version, git) => {
    await run({ version });
    world.git = git;
    const { code } = await run(older);
    expect([code, world.releases.get('dev')?.manifest.version]).toEqual([0, 'git-commit-bbbbbbb']);
  });
});

describe('people are told', () => {
  let slack: SlackServer;
  beforeEach(async () => (slack = await SlackServer.start()));
  afterEach(() => slack.stop());

  const told = async (options: Partial<DeployOptions> = {}) => {
    const application = { ...world.application, notify: { webhook: { env: 'HOOK' } } };
    const action = deploy({ ...OPTIONS, version: '202611.2', ...options }, application);
    const ended = await world.run(action, { env: { HOOK: slack.webhook } });
    return { code: ended.code, texts: slack.messages.map(({ text }) => text) };
  };

  test('that it begins, and that it is done', async () => {
    const { code, texts } = await told();
    expect([code, texts]).toEqual([0, [expect.stringContaining('202611.2'), expect.stringContaining('done')]]);
  });

  test.each([
    [6, 'rolled back'],
    [5, 'failed'],
  ])('how it ends: %d', async (exitCode, word) => {
    world.override = ([verb]) =>
      verb === 'apply' ? { code: exitCode, stderr: 'deploy: it does not start\n' } : undefined;
    const { code, texts } = await told();
    expect([code, texts.length]).toEqual([exitCode, 2]);
    expect(texts[1]).toContain(word);
  });

  test('nothing where nothing was begun', async () => {
    expect(await told({ version: '202611.9' })).toEqual({ code: 9, texts: [] });
  });
});
