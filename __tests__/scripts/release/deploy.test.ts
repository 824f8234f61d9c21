import { ExitCode } from '../../../scripts/domain/exit-code';
import {
  deploy,
  deployable,
  type DeployWish,
  prepareDeploy,
  type Prepared,
  schemaPlanOf,
} from '../../../scripts/release/deploy';
import { commit, DeployWorld, imageOf, lineage, REPOSITORY, SHOP } from '../../support/deploy-world';
import { outcomeOf } from '../../support/outcome';
import { digest } from '../../support/release-documents';
import { migration } from '../../support/schema-model';

let world: DeployWorld;
beforeEach(() => {
  world = new DeployWorld();
  for (const letter of ['a', 'b']) {
    world.images.set(`git-commit-${letter.repeat(7)}`, imageOf(letter));
  }
  world.images.set('202611.3', imageOf('b'));
});

const prepare = (wish: Partial<DeployWish> = {}, app = SHOP): Promise<Prepared> =>
  prepareDeploy(world.ports, app, { version: '202611.3', by: 'anna', guards: [], ...wish });

/** How an attempt ends. */
const ended = (work: Promise<unknown>) => outcomeOf(work.then(() => ExitCode.Done));

/** What `version` of commit `letter` would be as live release. */
async function serve(letter: string, version = '202611.2'): Promise<void> {
  const { release } = await prepare({ version, commit: commit(letter) });
  world.serve(release);
  world.acts.length = 0;
  world.asked.length = 0;
}

describe('the image', () => {
  test('is what the version is the tag of, by its digest and the tag of its commit', async () => {
    const { release, digest: found, commit: of, from } = await prepare();
    expect(world.asked).toEqual(['202611.3']);
    expect([found, of, from]).toEqual([digest('b'), commit('b'), null]);
    expect(release.stack.services['web']?.image).toBe(`${REPOSITORY}:git-commit-bbbbbbb@${digest('b')}`);
    expect(release.manifest).toMatchObject({ version: '202611.3', commit: commit('b'), by: 'anna' });
  });

  test('is that of the commit where one is named, whatever the version is the tag of', async () => {
    expect(await prepare({ commit: commit('a') })).toMatchObject({ digest: digest('a'), commit: commit('a') });
    expect(world.asked).toEqual(['git-commit-aaaaaaa']);
  });

  test.each<[string, Partial<DeployWish>, string]>([
    ['a version', { version: '202611.9' }, '202611.9; build it first: slipway build 202611.9 --commit 202611.9'],
    ['a commit', { commit: commit('d') }, `git-commit-ddddddd; build it first: slipway build --commit ${commit('d')}`],
  ])('that is missing is refused with 9: %s', async (_what, wish, message) => {
    expect(await ended(prepare(wish))).toEqual({ code: 9, message: `${REPOSITORY} has no ${message}` });
  });

  test('that was moved since it was checked is refused with 9', async () => {
    const wish = { commit: commit('b'), digest: digest('a') };
    expect(await ended(prepare(wish))).toEqual({
      code: 9,
      message: `git-commit-bbbbbbb is ${digest('b')} by now, and ${digest('a')} was checked; somebody has moved the tag: release anew`,
    });
    expect(await ended(prepare({ ...wish, digest: digest('b') }))).toMatchObject({ code: 0 });
  });

  test('of another commit, or of none, is refused with 4', async () => {
    world.images.set('git-commit-ccccccc', imageOf('a'));
    expect(await ended(prepare({ commit: commit('c') }))).toEqual({
      code: 4,
      message: expect.stringContaining(`built from ${commit('a')}, not from ${commit('c')}`) as string,
    });
    world.images.set('202611.3', { ...imageOf('b'), labels: {} });
    expect(await ended(prepare())).toEqual({
      code: 4,
      message: `image ${REPOSITORY}:202611.3 does not say which commit it was built from; build it with slipway build`,
    });
  });

  test('for other processors is refused with 4', async () => {
    const app = { ...SHOP, image: { ...SHOP.image, architecture: 'arm64' as const } };
    expect(await ended(prepare({}, app))).toMatchObject({
      code: 4,
      message: expect.stringContaining('nodes are arm64'),
    });
  });
});

describe('the guards', () => {
  const objection = { guard: 'red-ci', reason: 'CI is red' } as const;

  test('are asked about the commit of the image, and the node after them', async () => {
    await prepare();
    expect(world.acts).toEqual(['guards of bbbbbbb', 'check']);
  });

  test('that object end it with 9, before anything is done', async () => {
    world.refusals = [objection];
    expect(await ended(prepare())).toMatchObject({ code: 9, message: expect.stringMatching(/^refused: CI is red; /) });
    expect(world.acts).toEqual(['guards of bbbbbbb']);
  });

  test('that were set aside are in the record, with the reason', async () => {
    world.refusals = [objection];
    const { release, overrides } = await prepare({ guards: ['red-ci'], why: 'shop is down' });
    expect(overrides).toEqual([{ ...objection, why: 'shop is down' }]);
    expect(release.manifest.reason).toBe('red-ci overridden: shop is down');
  });

  test('are asked for what customers use only', async () => {
    world.refusals = [objection];
    world.git = lineage([commit('a'), commit('b')]);
    await serve('b').catch(() => undefined);
    world.protect = false;
    expect(await ended(prepare({ commit: commit('a') }))).toMatchObject({ code: 0 });
    expect(world.acts.filter(act => act.startsWith('guards'))).toHaveLength(1);
  });

  test.each<[string, string[], string[], string | undefined]>([
    ['contains what is live', ['a', 'b'], [], undefined],
    ['is older', ['b', 'a'], [], '202611.3 is older than 202611.2 (aaaaaaa), which is live'],
    ['does not contain what is live', ['b'], ['a'], '202611.3 does not contain 202611.2 (aaaaaaa), which is live'],
    ['is not known here', ['a'], [], '202611.3 cannot be compared with 202611.2 (aaaaaaa), which is live'],
    ['follows what is not known here', ['b'], [], '202611.3 cannot be compared with 202611.2 (aaaaaaa), which is live'],
  ])('a commit that %s', async (_what, known, beside, reason) => {
    world.git = lineage(known.map(commit), beside.map(commit));
    await serve('a');
    const { code, message } = await ended(prepare());
    expect(code).toBe(reason === undefined ? 0 : 9);
    expect(message).toContain(reason ?? '');
  });

  test('let pass what is live, also where nobody knows its commit', async () => {
    await serve('b');
    const { changes, from, live } = await prepare();
    expect([changes, from, live]).toEqual([[], '202611.2', commit('b')]);
  });
});

test('what differs from what is live is said', async () => {
  world.git = lineage([commit('a'), commit('b')]);
  await serve('a');
  expect((await prepare()).changes).toEqual([
    {
      part: 'web',
      what: 'image shop:git-commit-aaaaaaa@sha256:aaaaaaaaaaaa -> shop:git-commit-bbbbbbb@sha256:bbbbbbbbbbbb',
    },
  ]);
});

describe('the way to the public', () => {
  const contract = { up: { phase: 'contract' } } as const;
  const ALL = [
    'open the schema of bbbbbbb',
    'up (4) for 202611.3',
    'assets of 202611.3 sha256:bbb',
    'apply 202611.3',
    'verify 202611.3',
    'purge',
    'up (6) for 202611.3',
    'close the schema',
  ];

  const bring = async (wish: Partial<DeployWish> = {}) => {
    const prepared = await prepare(wish);
    world.acts.length = 0;
    return ended(deploy(world.ports, prepared));
  };

  beforeEach(() => {
    world.plan = {
      before: [migration(3), migration(4)],
      after: [migration(5, contract), migration(6, contract)],
      level: 6,
    };
  });

  test('expands the schema, publishes assets, applies, asks from outside, purges, and contracts the schema', async () => {
    expect(await bring()).toMatchObject({ code: 0 });
    expect(world.acts).toEqual(ALL);
    expect(world.logged).toEqual([
      'schema of prod: 4 pending',
      '202611.3 serves; what it no longer needs goes: (5) change 5.sql, (6) change 6.sql',
    ]);
  });

  test.each([
    ['open the schema', ExitCode.Usage],
    ['up (4)', ExitCode.MigrationFailed],
    ['assets', ExitCode.BuildFailed],
    ['apply', ExitCode.RolledBack],
    ['purge', ExitCode.Usage],
    ['up (6)', ExitCode.MigrationFailed],
  ])('ends where it fails, with that exit code, and what comes later is not done: %s', async (act, code) => {
    world.fail(act, code);
    expect(await bring()).toEqual({ code, message: `${act} does not work` });
    const done = ALL.slice(0, ALL.findIndex(one => one.startsWith(act)) + 1);
    const end = act === 'open the schema' ? [] : ['close the schema'];
    expect(world.acts).toEqual([...done, ...end]);
  });

  test('needs a person with 7 where the node is content and nobody outside can see it', async () => {
    world.fail('verify');
    expect(await bring()).toEqual({
      code: 7,
      message:
        '202611.3 is live on the node, but verify does not work; check DNS, firewall and certificate; ' +
        'look with slipway smoke prod; to go back: slipway rollback prod',
    });
    expect(world.acts.slice(-2)).toEqual(['verify 202611.3', 'close the schema']);
  });

  test('hands on what is no error of its own', async () => {
    world.failing = { act: 'verify', error: new TypeError('a mistake') };
    await expect(bring()).rejects.toThrow(TypeError);
  });

  test('writes into the release which schema it expects', async () => {
    await bring();
    expect(world.applied?.manifest.migrationLevel).toBe(6);
    world.plan = { before: [], after: [], level: 0 };
    await bring();
    expect(world.applied?.manifest.migrationLevel).toBe(0);
  });

  test('leaves the schema alone where nothing is pending', async () => {
    world.plan = { before: [], after: [], level: 6 };
    await bring();
    expect(world.acts.filter(act => act.startsWith('up'))).toEqual([]);
    expect(world.applied?.manifest.migrationLevel).toBe(6);
  });

  test('is shorter where there is no schema, no asset and no CDN', async () => {
    Object.assign(world, { hasSchema: false, hasAssets: false, hasCdn: false });
    expect(await bring()).toMatchObject({ code: 0 });
    expect(world.acts).toEqual(['apply 202611.3', 'verify 202611.3']);
    expect(world.applied?.manifest).not.toHaveProperty('migrationLevel');
    expect(await schemaPlanOf(world.ports, commit('b'))).toBeUndefined();
  });

  test.each([
    ['pause', { pause: true }],
    ['canary', { canary: 10 }],
  ])('ends with the node where somebody still decides: %s', async (_what, wish) => {
    world.plan = { before: [migration(4)], after: [], level: 4 };
    expect(await bring(wish)).toMatchObject({ code: 0 });
    expect(world.acts).toEqual([...ALL.slice(0, 4), 'close the schema']);
    expect(world.applied?.manifest).toMatchObject({ ...wish, migrationLevel: 4 });
  });

  test.each([
    ['pause', { pause: true }],
    ['canary', { canary: 10 }],
  ])('refuses to take from the schema what the way back needs, before it changes anything: %s', async (_what, wish) => {
    expect(await bring(wish)).toEqual({
      code: 9,
      message:
        '(5) change 5.sql contracts the schema, which a release that can still be taken back must not do; leave out --pause and --canary',
    });
    expect(world.acts).toEqual(['open the schema of bbbbbbb', 'close the schema']);
  });

  test('a release without --pause is on no trial', async () => {
    expect(await bring({ pause: false })).toMatchObject({ code: 0 });
    expect(world.acts).toEqual(ALL);
  });

  test('what is pending can be asked for alone', async () => {
    expect(await schemaPlanOf(world.ports, commit('b'))).toBe(world.plan);
    expect(world.acts).toEqual(['open the schema of bbbbbbb', 'close the schema']);
  });
});

test.each([
  ['image', { ...SHOP, image: undefined }],
  ['swarm', { ...SHOP, swarm: undefined }],
])('an application without `%s` is not deployed', (missing, { image, swarm, ...rest }) => {
  const application = { ...rest, ...(image && { image }), ...(swarm && { swarm }) };
  expect(() => deployable(application)).toThrow(
    `nothing can be deployed; add \`${missing}\` to stacks/environments/application.ts`,
  );
});
