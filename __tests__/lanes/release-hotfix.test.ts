import { ProcessShell } from '../../scripts/adapters/shell';
import type { Action } from '../../scripts/commands/action';
import {
  type FinishOptions,
  hotfixContinue,
  hotfixFinish,
  hotfixPick,
  hotfixPush,
  hotfixStart,
  type HotfixWorld,
  type StartOptions,
} from '../../scripts/commands/hotfix';
import { ExitCode } from '../../scripts/domain/exit-code';
import type { LiveRelease } from '../../scripts/release/deployer';
import type { Application } from '../../stacks/environments/application';
import { type Checkout, GitWorld } from '../support/git-world';
import { laneTest } from '../support/lane';
import { outcomeOf } from '../support/outcome';
import { recordingContext } from '../support/recording-context';

const test = laneTest({ program: 'git', install: 'apt-get install git' });

jest.setTimeout(120_000);

const BRANCH = 'hotfix/16.03.1b';
const application: Application = {
  versions: { scheme: 'YY.MM.R', files: [{ file: 'version.txt', plain: true }] },
  environments: { staging: 'dev', production: 'prod' },
};

let world: GitWorld;
let alice: Checkout;
let live: LiveRelease | undefined;
/** A commit on develop that mends the shop. */
let fix: string;

beforeEach(() => {
  world = new GitWorld({ 'version.txt': '16.03.1\n', 'shop.txt': 'one\ntwo\nthree\n' });
  world.tag('16.03.1');
  alice = world.clone('alice');
  // Work went on: the next release is being made when the old one breaks.
  alice.commit('version.txt', '16.03.2\n');
  fix = alice.commit('fix.txt', 'mended\n', 'Mend the shop');
  alice.git('push', '--quiet', 'origin', 'develop');
  live = undefined;
});
afterEach(() => world.remove());

const using = (): HotfixWorld => ({
  application,
  deployer: {
    deploy: async () => undefined,
    verify: async () => undefined,
    promote: async () => undefined,
    status: async environment => (environment === 'prod' ? live : undefined),
  },
});

async function run(action: Action, person = alice) {
  const context = recordingContext({
    root: person.folder,
    shell: new ProcessShell({ env: world.env }),
    env: world.env,
  });
  return { ...(await outcomeOf(action(context))), printed: context.printed };
}
const start = (options: StartOptions = { release: '16.03.1' }) => run(hotfixStart(options, using()));
const finish = (options: Partial<FinishOptions> = {}) =>
  run(hotfixFinish({ edit: false, override: [], ...options }, using()));
const branch = () => alice.git('branch', '--show-current');
const serve = (version: string, healthy = true) => {
  live = { version, healthy, commit: 'c'.repeat(40), digest: `sha256:${'d'.repeat(64)}` };
};

test('a hotfix from its begin to its end, as seed 001 tells it', async () => {
  expect((await start()).printed).toEqual([`on ${BRANCH}, from 16.03.1`]);
  expect([branch(), alice.read('version.txt')]).toEqual([BRANCH, '16.03.1b\n']);
  expect((await run(hotfixPick([fix], using()))).printed).toEqual([`${BRANCH}: picked`]);
  const commit = alice.git('rev-parse', 'HEAD');
  expect((await run(hotfixPush(using()))).printed).toEqual([`${BRANCH}: pushed (${commit.slice(0, 7)})`]);
  serve('16.03.1b');
  expect((await finish()).printed).toEqual(['16.03.1b: merged and tagged']);

  expect(world.commitOf('16.03.1b')).toBe(commit);
  for (const name of ['master', 'develop']) expect(world.atRemote('show', `${name}:fix.txt`)).toBe('mended');
  expect(world.atRemote('show', 'master:version.txt')).toBe('16.03.1b');
  // The newer version stays where work went on.
  expect(world.atRemote('show', 'develop:version.txt')).toBe('16.03.2');
  expect(world.refs()).not.toContain('hotfix/');
  expect([branch(), alice.git('branch', '--list', 'hotfix/*')]).toEqual(['develop', '']);
  expect((await finish({ version: '16.03.1b' })).printed).toEqual(['16.03.1b: already merged and tagged']);
});

describe('start', () => {
  test('switches to the hotfix under way, also when only the remote has it', async () => {
    await start();
    await run(hotfixPush(using()));
    alice.git('switch', '--quiet', 'develop');
    expect((await start()).printed).toEqual([`on ${BRANCH}, which was there already`]);
    const bob = world.clone('bob');
    await run(hotfixStart({ release: '16.03.1' }, using()), bob);
    expect([bob.git('branch', '--show-current'), bob.read('version.txt')]).toEqual([BRANCH, '16.03.1b\n']);
  });

  test('the next one starts from the last one that was released', async () => {
    await start();
    await run(hotfixPush(using()));
    serve('16.03.1b');
    await finish();
    expect((await start()).printed).toEqual(['on hotfix/16.03.1c, from 16.03.1b']);
    expect(alice.read('version.txt')).toBe('16.03.1c\n');
  });

  test('mends what production serves when nothing is named', async () => {
    serve('16.03.1');
    expect((await start({})).printed).toEqual([`on ${BRANCH}, from 16.03.1`]);
  });

  test('takes a reference', async () => {
    expect((await start({ release: '16.03.1', reference: 'login' })).printed).toEqual([
      'on hotfix/16.03.1-login, from 16.03.1',
    ]);
  });

  test.each([
    [
      'uncommitted work',
      (): void => alice.write('shop.txt', 'half an idea\n'),
      {},
      ExitCode.Refused,
      'nothing may be uncommitted: shop.txt',
    ],
    [
      'a release that never was',
      (): void => {},
      { release: '16.03.7' },
      ExitCode.Refused,
      '16.03.7 was never released',
    ],
    [
      'no release at all',
      (): void => {},
      { release: undefined },
      ExitCode.Usage,
      'type `slipway hotfix start <release>`',
    ],
  ])('refuses %s, and stays on the branch', async (_what, prepare, options, exit, reason) => {
    prepare();
    const { release } = { release: '16.03.1', ...options };
    const { code, message } = await start(release === undefined ? {} : { release });
    expect([code, message, branch()]).toEqual([exit, expect.stringContaining(reason), 'develop']);
  });
});

describe('pick', () => {
  const conflicting = async (): Promise<Awaited<ReturnType<typeof run>>> => {
    alice.git('switch', '--quiet', 'develop');
    alice.commit('shop.txt', 'one\nDEVELOP\nthree\n');
    const commit = alice.commit('shop.txt', 'one\nMENDED\nthree\n');
    await start();
    return run(hotfixPick([commit], using()));
  };

  test('stops at a conflict with the files, and goes on when they are resolved', async () => {
    const { code, message } = await conflicting();
    expect([code, message]).toEqual([
      ExitCode.Refused,
      'conflicts in shop.txt; resolve and `git add` them, then type `slipway hotfix continue`',
    ]);
    expect((await run(hotfixContinue(using()))).message).toContain('conflicts in shop.txt');
    alice.write('shop.txt', 'one\nMENDED\nthree\n');
    alice.git('add', 'shop.txt');
    expect((await run(hotfixContinue(using()))).printed).toEqual([`${BRANCH}: picked`]);
    expect(alice.git('show', 'HEAD:shop.txt')).toBe('one\nMENDED\nthree');
    expect(alice.git('status', '--porcelain')).toBe('');
  });

  test('a resolution that takes nothing over is an end too', async () => {
    await conflicting();
    alice.write('shop.txt', 'one\ntwo\nthree\n');
    alice.git('add', 'shop.txt');
    expect((await run(hotfixContinue(using()))).code).toBe(ExitCode.Done);
    expect(alice.git('status', '--porcelain')).toBe('');
  });

  test('what is there already is passed over', async () => {
    await start();
    await run(hotfixPick([fix], using()));
    const head = alice.git('rev-parse', 'HEAD');
    expect((await run(hotfixPick([fix], using()))).code).toBe(ExitCode.Done);
    expect([alice.git('rev-parse', 'HEAD'), alice.git('status', '--porcelain')]).toEqual([head, '']);
  });

  test('says so where there is no hotfix, no pick or no such commit', async () => {
    expect((await run(hotfixPick([fix], using()))).message).toBe(
      'develop is no hotfix branch; type `slipway hotfix start <release>`',
    );
    await start();
    expect((await run(hotfixContinue(using()))).message).toContain('no pick is under way');
    expect((await run(hotfixPick(['nowhere'], using()))).message).toBe(
      "git cherry-pick failed: bad revision 'nowhere'",
    );
  });
});

test('push refuses to overwrite what somebody else pushed', async () => {
  await start();
  await run(hotfixPush(using()));
  const bob = world.clone('bob');
  bob.git('switch', '--quiet', BRANCH);
  bob.commit('bob.txt', 'faster\n');
  bob.git('push', '--quiet', 'origin', BRANCH);
  alice.commit('alice.txt', 'slower\n');
  const refs = world.refs();
  const { code, message } = await run(hotfixPush(using()));
  expect([code, message]).toEqual([ExitCode.Refused, expect.stringContaining(`git pull --rebase origin ${BRANCH}`)]);
  expect(world.refs()).toBe(refs);
});

describe('finish', () => {
  beforeEach(async () => {
    await start();
    await run(hotfixPush(using()));
  });

  test.each([
    ['another version', () => serve('16.03.1'), 'production serves 16.03.1, not a healthy 16.03.1b'],
    ['an unhealthy one', () => serve('16.03.1b', false), 'production serves 16.03.1b, which is not healthy'],
    ['nothing', () => undefined, 'production serves nothing'],
  ])('refuses while production serves %s', async (_what, prepare, reason) => {
    prepare();
    const refs = world.refs();
    const { code, message } = await finish();
    expect([code, message]).toEqual([ExitCode.Refused, expect.stringContaining(reason)]);
    expect(message).toContain('--override not-live --reason');
    expect([world.refs(), branch()]).toEqual([refs, BRANCH]);
  });

  test('goes on with an override', async () => {
    expect((await finish({ override: ['not-live'], reason: 'the pipeline deploys it' })).code).toBe(ExitCode.Done);
    expect(world.refs()).toContain('refs/tags/16.03.1b');
  });

  test('refuses commits that nobody else has seen', async () => {
    serve('16.03.1b');
    alice.commit('late.txt', 'not pushed\n');
    expect((await finish()).message).toBe(`${BRANCH} has commits that are not pushed; type \`slipway hotfix push\``);
  });

  test('stops at a conflict, and may be run again', async () => {
    serve('16.03.1b');
    alice.commit('shop.txt', 'one\nHOTFIX\nthree\n');
    await run(hotfixPush(using()));
    const bob = world.clone('bob');
    bob.commit('shop.txt', 'one\nDEVELOP\nthree\n');
    bob.git('push', '--quiet', 'origin', 'develop');
    const { code, message } = await finish();
    expect([code, message]).toEqual([ExitCode.Refused, expect.stringContaining('conflicts with develop (shop.txt)')]);
    const folder = alice.folder.concat('/.slipway/merge/develop');
    alice.write('.slipway/merge/develop/shop.txt', 'one\nBOTH\nthree\n');
    alice.git('-C', folder, 'add', 'shop.txt');
    expect((await finish()).printed).toEqual(['16.03.1b: merged and tagged']);
    expect(world.atRemote('show', 'develop:shop.txt')).toBe('one\nBOTH\nthree');
    expect(world.atRemote('show', 'develop:version.txt')).toBe('16.03.2');
    expect(branch()).toBe('develop');
  });
});
