import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { ExitCode } from '../../scripts/domain/exit-code';
import { SlipwayError } from '../../scripts/domain/slipway-error';
import { abortRelease } from '../../scripts/release/abort-release';
import { release, resume } from '../../scripts/release/release';
import type { ReleaseEvent, ReleasePorts } from '../../scripts/release/release-ports';
import { type Checkout, GitWorld } from '../support/git-world';
import { laneTest } from '../support/lane';
import { Platform, portsOf, RELEASED } from '../support/release-world';

const test = laneTest({ program: 'git', install: 'apt-get install git' });

// Every step is a process or two, and the machine may be busy.
jest.setTimeout(120_000);

const VERSION = '202611.1';
const NO_WISH = { guards: [] };
const CALLS = ['build 202611.1', 'deploy dev', 'verify dev', 'name 202611.1', 'promote prod', 'purge'];
const ALL_CALLS = [...CALLS, 'name 202611.1', 'latest'];

let world: GitWorld;
let alice: Checkout;
let platform: Platform;
let logged: string[];

beforeEach(() => {
  world = new GitWorld({ 'version.txt': '202610.7\n', 'shop.txt': 'one\n' });
  alice = world.clone('alice');
  platform = new Platform(path.join(world.root, 'platform.json'));
  logged = [];
});
afterEach(() => world.remove());

const portsFor = (person: Checkout, extra: Partial<ReleasePorts> = {}): ReleasePorts => ({
  ...portsOf({ folder: person.folder, env: world.env, platform, log: line => logged.push(line) }),
  ...extra,
});
const show = (ref: string) => world.atRemote('show', ref);

async function refusal(running: Promise<unknown>): Promise<{ message: string; exitCode: number }> {
  try {
    await running;
  } catch (error) {
    if (error instanceof SlipwayError) return { message: error.message, exitCode: error.exitCode };
    throw error;
  }
  throw new Error('it was not refused');
}

/** Everything that a release changes, without what may differ between two equal runs: times and ids. */
function endState(person: Checkout) {
  const refs = world.atRemote('for-each-ref', '--format=%(refname) %(objecttype) %(tree)%(*tree)');
  const history = ['master', 'develop'].map(branch => world.atRemote('log', '--topo-order', '--format=%s|%T', branch));
  const images = platform.state.images;
  return {
    refs,
    history,
    live: Object.keys(platform.state.live).map(name => platform.state.live[name]?.replace(/ sha256.*/, '')),
    images: Object.keys(images).map(name => name.replace(/^git-commit-.*/, 'git-commit')),
    branch: person.git('branch', '--show-current'),
    status: person.git('status', '--porcelain', '--', ':(exclude).slipway'),
    run: existsSync(path.join(person.folder, '.slipway', 'run.json')),
  };
}

describe('a release', () => {
  test('goes from the commit that the person stands on to production, with one image', async () => {
    const base = alice.git('rev-parse', 'HEAD');
    const questions: string[] = [];
    const events: ReleaseEvent[] = [];
    const ports = portsFor(alice, {
      confirm: async question => questions.push(question) > 0,
      announce: async event => void events.push(event),
    });
    const run = await release(ports, RELEASED, NO_WISH);

    expect(platform.state.calls).toEqual(ALL_CALLS);
    expect(questions).toEqual([
      'Release 202611.1?',
      `dev serves 202611.1 (${run.digest!}). Promote it to prod?`,
      'Merge 202611.1 into master and develop, tag and push it?',
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'done']);
    expect(platform.state.live).toEqual({ dev: `202611.1 ${run.digest!}`, prod: `202611.1 ${run.digest!}` });
    expect(platform.state.images).toMatchObject({ latest: run.digest, [VERSION]: run.digest });
    expect(world.commitOf(VERSION)).toBe(run.head);
    expect(world.atRemote('log', '--format=%s|%P', '--max-count=1', VERSION)).toBe(`Version 202611.1|${base}`);
    expect([show('master:version.txt'), show('develop:version.txt')]).toEqual([VERSION, VERSION]);
    expect(endState(alice)).toMatchObject({ branch: 'develop', status: '', run: false });
  });

  test('leaves uncommitted work alone and says that it is not part of it', async () => {
    alice.write('shop.txt', 'half an idea\n');
    alice.write('new.txt', 'and another\n');
    await release(portsFor(alice), RELEASED, NO_WISH);
    expect(logged).toContain('not part of it, because it is not committed: shop.txt, new.txt');
    expect(show(`${VERSION}:shop.txt`)).toBe('one');
    expect([alice.read('shop.txt'), alice.read('new.txt')]).toEqual(['half an idea\n', 'and another\n']);
  });

  test('without environments, what is tagged is left to the pipeline', async () => {
    const ports = portsFor(alice);
    const { environments: _none, ...application } = RELEASED;
    await release(ports, application, NO_WISH);
    expect(platform.state.calls).toEqual(['build 202611.1', 'name 202611.1', 'latest']);
  });

  test('is refused by a guard before anything is changed, and goes on with a recorded override', async () => {
    const refs = world.refs();
    const refusals = async () => [{ guard: 'red-ci', reason: 'CI is red' }] as const;
    const { message, exitCode } = await refusal(release(portsFor(alice, { refusals }), RELEASED, NO_WISH));
    expect(message).toBe('refused: CI is red; put it right, or add --override red-ci --reason "<why>"');
    expect([exitCode, world.refs(), platform.state.calls]).toEqual([ExitCode.Refused, refs, []]);
    const run = await release(portsFor(alice, { refusals }), RELEASED, { guards: ['red-ci'], why: 'the shop is down' });
    expect(run.overrides).toEqual([{ guard: 'red-ci', reason: 'CI is red', why: 'the shop is down' }]);
  });

  test.each([
    [1, [], /the release was declined; nothing was changed/],
    [2, CALLS.slice(0, 4), /"promote" was declined; then type `slipway resume`/],
    [3, CALLS, /"finalize" was declined/],
  ])('stops when the answer to question %i is no, and goes on from there', async (number, calls, message) => {
    let asked = 0;
    const no = portsFor(alice, { confirm: async () => (asked += 1) !== number });
    expect((await refusal(release(no, RELEASED, NO_WISH))).message).toMatch(message);
    expect(platform.state.calls).toEqual(calls);
    if (number === 1) await release(portsFor(alice), RELEASED, NO_WISH);
    else await resume(portsFor(alice), RELEASED);
    expect(platform.state.calls).toEqual(ALL_CALLS);
  });

  test('is one at a time in a checkout', async () => {
    platform.obstacle = call => {
      if (call === 'deploy dev') throw new SlipwayError('no node', ExitCode.VerificationFailed);
    };
    await refusal(release(portsFor(alice), RELEASED, NO_WISH));
    const { message } = await refusal(release(portsFor(alice), RELEASED, NO_WISH));
    expect(message).toMatch(/^202611\.1 is under way, at "staging"; type `slipway resume`/);
  });

  test('stops between two steps when it is asked to end', async () => {
    const end = new AbortController();
    platform.obstacle = call => {
      if (call === 'build 202611.1') end.abort();
    };
    const { message } = await refusal(release(portsFor(alice, { signal: end.signal }), RELEASED, NO_WISH));
    expect(message).toBe('stopped before "staging"; type `slipway resume`');
    await resume(portsFor(alice), RELEASED);
    expect(platform.state.calls).toEqual(ALL_CALLS);
  });
});

describe('two people who release at once', () => {
  test('get two versions, whoever is faster', async () => {
    const bob = world.clone('bob');
    const bobs = new Platform(path.join(world.root, 'bobs.json'));
    const [one, two] = await Promise.all([
      release(portsFor(alice), RELEASED, NO_WISH),
      release(portsFor(bob, { image: bobs.image, deployer: bobs.deployer }), RELEASED, NO_WISH),
    ]);
    expect([one.version, two.version].sort()).toEqual(['202611.1', '202611.2']);
    expect(world.commitOf(one.version)).toBe(one.head);
    expect(world.commitOf(two.version)).toBe(two.head);
    for (const branch of ['master', 'develop']) {
      expect(show(`${branch}:version.txt`)).toBe('202611.2');
      const subjects = world.atRemote('log', '--format=%s', branch).split('\n');
      expect(subjects).toEqual(expect.arrayContaining(['Version 202611.1', 'Version 202611.2']));
    }
  });

  test('the slower one takes the next version', async () => {
    const { git } = portsFor(alice).finalizing;
    const attempt = git.attempt.bind(git);
    let isFirst = true;
    git.attempt = (args, options) => {
      if (args[0] === 'push' && isFirst) {
        isFirst = false;
        world.atRemote('branch', 'release/202611.1', 'develop');
      }
      return attempt(args, options);
    };
    const { finalizing } = portsFor(alice);
    const run = await release(portsFor(alice, { finalizing: { ...finalizing, git } }), RELEASED, NO_WISH);
    expect(run.version).toBe('202611.2');
    expect(logged).toContain('202611.1 is taken; going on as 202611.2');
  });

  test('a remote that refuses every release branch is not asked for ever', async () => {
    world.atRemote('config', 'receive.denyCreates', 'true');
    world.atRemote('config', 'transfer.hideRefs', 'refs/hidden');
    const { git } = portsFor(alice).finalizing;
    const attempt = git.attempt.bind(git);
    git.attempt = async (args, options) =>
      args[0] === 'push'
        ? { code: 1, stdout: '!\tx:refs/heads/release/202611.1\t[remote rejected] (hook declined)\n', stderr: '' }
        : attempt(args, options);
    const { finalizing } = portsFor(alice);
    const { message } = await refusal(
      release(portsFor(alice, { finalizing: { ...finalizing, git } }), RELEASED, NO_WISH),
    );
    expect(message).toMatch(/^the remote refused release\/202611\.1: hook declined; then type/);
  });
});

describe('a step that fails', () => {
  const failAt = (step: string) => {
    platform.obstacle = call => {
      if (call === step) throw new SlipwayError(`${step} failed`, ExitCode.VerificationFailed);
    };
  };

  test.each(['build 202611.1', 'deploy dev', 'verify dev', 'promote prod'])(
    '%s: says how to go on, and goes on without repeating what is done',
    async step => {
      failAt(step);
      const events: ReleaseEvent[] = [];
      const failing = portsFor(alice, { announce: async event => void events.push(event) });
      const { message, exitCode } = await refusal(release(failing, RELEASED, NO_WISH));
      expect(message).toBe(`${step} failed; then type \`slipway resume\`, or \`slipway abort\` to give it up`);
      expect(exitCode).toBe(ExitCode.VerificationFailed);
      expect(events.map(({ kind }) => kind)).toEqual(['started', 'failed']);
      platform.obstacle = () => undefined;
      await resume(portsFor(alice), RELEASED);
      expect(platform.state.calls).toEqual(ALL_CALLS);
    },
  );

  /** What a person does about a failed staging: mend it on the release branch. */
  function fix(push: boolean): string {
    alice.git('fetch', '--quiet');
    alice.git('switch', '--quiet', `release/${VERSION}`);
    const commit = alice.commit('shop.txt', 'mended\n');
    if (push) alice.git('push', '--quiet', 'origin', `release/${VERSION}`);
    return commit;
  }

  test('goes on with a fix on the release branch, and brings the person back', async () => {
    failAt('verify dev');
    await refusal(release(portsFor(alice), RELEASED, NO_WISH));
    const commit = fix(true);
    platform.obstacle = () => undefined;
    const run = await resume(portsFor(alice), RELEASED);
    expect(run.head).toBe(commit);
    expect(world.commitOf(VERSION)).toBe(commit);
    expect([show('master:shop.txt'), show('develop:shop.txt')]).toEqual(['mended', 'mended']);
    expect(platform.state.images[VERSION]).toBe(run.digest);
    expect(platform.state.calls.slice(0, 2)).toEqual(['build 202611.1', 'deploy dev']);
    expect(platform.state.calls.slice(2)).toEqual(ALL_CALLS);
    expect(endState(alice)).toMatchObject({ branch: 'develop', status: '', run: false });
    expect(alice.git('branch', '--list', 'release/*')).toBe('');
  });

  test('refuses a fix that was not pushed', async () => {
    failAt('verify dev');
    await refusal(release(portsFor(alice), RELEASED, NO_WISH));
    fix(false);
    const { message } = await refusal(resume(portsFor(alice), RELEASED));
    expect(message).toBe(
      `release/${VERSION} has commits that are not pushed; type \`git push origin release/${VERSION}\``,
    );
  });

  test('refuses a change of what is in production already', async () => {
    failAt('purge');
    await refusal(release(portsFor(alice), RELEASED, NO_WISH));
    fix(true);
    const { message } = await refusal(resume(portsFor(alice), RELEASED));
    expect(message).toMatch(
      /^release\/202611\.1 was changed after it went to production; put it back to [0-9a-f]{40}$/,
    );
  });

  test('nothing to resume, nothing to abort', async () => {
    expect((await refusal(resume(portsFor(alice), RELEASED))).message).toMatch(/no release is under way/);
    expect((await refusal(abortRelease(portsFor(alice), RELEASED))).message).toMatch(/no release is under way/);
  });

  test('abort removes the branch and leaves no trace in Git', async () => {
    const refs = world.refs();
    failAt('verify dev');
    await refusal(release(portsFor(alice), RELEASED, NO_WISH));
    expect(world.refs()).not.toBe(refs);
    await abortRelease(portsFor(alice), RELEASED);
    expect(world.refs()).toBe(refs);
    expect(endState(alice)).toMatchObject({ branch: 'develop', run: false });
    expect((await refusal(resume(portsFor(alice), RELEASED))).message).toMatch(/no release is under way/);
  });

  test('abort keeps a branch with a fix, and brings the person back', async () => {
    failAt('verify dev');
    await refusal(release(portsFor(alice), RELEASED, NO_WISH));
    const commit = fix(true);
    await abortRelease(portsFor(alice), RELEASED);
    expect(world.commitOf(`release/${VERSION}`)).toBe(commit);
    expect(alice.git('branch', '--show-current')).toBe('develop');
    expect(logged).toContain(
      `release/${VERSION} stays, because it has fixes; to remove it: git push origin --delete release/${VERSION}`,
    );
  });

  test('abort is refused when production has it', async () => {
    failAt('purge');
    await refusal(release(portsFor(alice), RELEASED, NO_WISH));
    const { message } = await refusal(abortRelease(portsFor(alice), RELEASED));
    expect(message).toBe('202611.1 is out already; type `slipway resume` to finish it');
  });
});

describe('kill -9', () => {
  const bundle = () => path.join(world.root, 'release-process.cjs');
  const start = (verb: string, kill = '') =>
    spawnSync('node', [bundle(), verb, alice.folder, path.join(world.root, 'platform.json'), kill], {
      env: world.env,
      encoding: 'utf8',
    });
  const STEPS = 7;
  let unbroken: ReturnType<typeof endState> | undefined;

  beforeEach(() => {
    buildSync({
      entryPoints: [path.join(__dirname, '..', 'support', 'release-process.ts')],
      outfile: bundle(),
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
  });

  test('never, for comparison', () => {
    const { status, stderr } = start('release');
    expect([status, stderr]).toEqual([0, '']);
    unbroken = endState(alice);
    expect(unbroken).toMatchObject({ live: ['202611.1', '202611.1'], branch: 'develop', run: false });
  });

  test.each(Array.from({ length: STEPS }, (_, index) => [`before ${index + 1}`, `after ${index + 1}`]).flat())(
    '%s, then resume: ends as an unbroken run',
    kill => {
      expect(start('release', kill).signal).toBe('SIGKILL');
      const { status, stderr } = start('resume');
      expect([status, stderr]).toEqual([0, '']);
      expect(endState(alice)).toEqual(unbroken);
    },
  );

  test('there is no further step', () => {
    expect(start('release', `before ${STEPS + 1}`).status).toBe(0);
  });
});
