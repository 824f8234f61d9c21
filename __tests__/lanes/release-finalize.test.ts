import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gitEditor } from '../../scripts/adapters/editor';
import { mergeFolderOf } from '../../scripts/adapters/git-merge-folder';
import { ProcessShell } from '../../scripts/adapters/shell';
import { finalizeRelease } from '../../scripts/commands/finalize';
import { ExitCode } from '../../scripts/domain/exit-code';
import { finalize, type FinalizePorts } from '../../scripts/release/finalize';
import type { Application } from '../../stacks/environments/application';
import { Checkout, GitWorld } from '../support/git-world';
import { laneTest } from '../support/lane';
import { outcomeOf } from '../support/outcome';
import { recordingContext } from '../support/recording-context';

const test = laneTest({ program: 'git', install: 'apt-get install git' });

// Every step is a process or two, and the machine may be busy.
jest.setTimeout(60_000);

const VERSION = '202611.3';
const application: Application = {
  versions: { scheme: 'YYYYMM.N', files: [{ file: 'version.txt', plain: true }] },
};

let world: GitWorld;
let alice: Checkout;
let logged: string[];

beforeEach(() => {
  world = new GitWorld({ 'version.txt': '202611.2\n', 'shop.txt': 'one\ntwo\nthree\n' });
  alice = world.clone('alice');
  logged = [];
});
afterEach(() => world.remove());

const ports = (extra: Partial<FinalizePorts> = {}): FinalizePorts => ({
  git: alice.repository(),
  mergeFolder: branch => mergeFolderOf(alice.repository(), alice.folder, branch),
  log: line => logged.push(line),
  ...extra,
});

/** A release branch at the remote, as `slipway release` leaves it; nobody's checkout stands on it. */
function release(version = VERSION, from = 'origin/develop'): string {
  const maker = world.clone(`maker-${version}`);
  maker.git('switch', '--quiet', '--create', `release/${version}`, from);
  const commit = maker.commit('version.txt', `${version}\n`, `Version ${version}`);
  maker.git('push', '--quiet', 'origin', `release/${version}`);
  return commit;
}

function onBranch(branch: string, file: string, content: string): string {
  const bob = world.clone(`bob-${Math.random()}`);
  bob.git('switch', '--quiet', branch);
  const commit = bob.commit(file, content);
  bob.git('push', '--quiet', 'origin', branch);
  return commit;
}

const show = (ref: string) => world.atRemote('show', ref);

async function refusal(running: Promise<unknown>) {
  const error = (await running.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  )) as Error & { exitCode?: number };
  return { message: error.message, exitCode: error.exitCode };
}

describe('finishing a release', () => {
  test('merges into both branches, tags the released commit and removes the branch, in one push', async () => {
    const commit = release();
    const master = world.commitOf('master');
    const develop = onBranch('develop', 'more.txt', 'work goes on\n');
    const done = await finalize(ports(), application, VERSION);
    expect(done).toEqual({ commit, merged: ['master', 'develop'], tagged: true });
    expect(world.commitOf(VERSION)).toBe(commit);
    expect(show('develop:more.txt')).toBe('work goes on');
    expect([show('master:version.txt'), show('develop:version.txt')]).toEqual([VERSION, VERSION]);
    expect(world.atRemote('log', '--format=%P', '--max-count=1', 'master')).toBe(`${master} ${commit}`);
    expect(world.atRemote('log', '--format=%P', '--max-count=1', 'develop')).toBe(`${develop} ${commit}`);
    expect(world.atRemote('cat-file', '-t', `refs/tags/${VERSION}`)).toBe('tag');
    expect(world.atRemote('log', '--format=%s', '--max-count=1', 'master')).toBe(`Merge ${VERSION} into master`);
    expect(world.refs()).not.toContain('release/');
  });

  test('a second run finds everything done and changes nothing', async () => {
    const commit = release();
    await finalize(ports(), application, VERSION);
    const refs = world.refs();
    expect(await finalize(ports(), application, VERSION)).toEqual({ commit, merged: [], tagged: false });
    expect(world.refs()).toBe(refs);
  });

  test("leaves the person's work tree, index and branches alone", async () => {
    release();
    alice.write('shop.txt', 'half an idea\n');
    alice.write('staged.txt', 'and another\n');
    alice.git('add', 'staged.txt');
    const before = [alice.git('status', '--porcelain'), alice.git('branch', '--list'), alice.git('rev-parse', 'HEAD')];
    await finalize(ports(), application, VERSION);
    expect([alice.git('status', '--porcelain'), alice.git('branch', '--list'), alice.git('rev-parse', 'HEAD')]).toEqual(
      before,
    );
    expect(alice.read('shop.txt')).toBe('half an idea\n');
  });

  test('one branch for both is merged into once', async () => {
    release();
    const trunk = { ...application, branches: { develop: 'master', main: 'master' } };
    expect((await finalize(ports(), trunk, VERSION)).merged).toEqual(['master']);
  });

  test('goes on where only a part was done by hand', async () => {
    const commit = release();
    alice.git('fetch', '--quiet');
    alice.git('tag', '--annotate', '--message', 'by hand', VERSION, commit);
    alice.git('push', '--quiet', 'origin', VERSION);
    expect(await finalize(ports(), application, VERSION)).toMatchObject({
      merged: ['master', 'develop'],
      tagged: false,
    });
  });

  test('works in the shallow clone of a pipeline', async () => {
    const commit = release();
    onBranch('develop', 'more.txt', 'work goes on\n');
    const folder = path.join(world.root, 'shallow');
    execFileSync('git', ['clone', '--quiet', '--depth=1', '--branch=master', `file://${world.remote}`, folder], {
      env: world.env,
    });
    alice = new Checkout(folder, world.env);
    expect(await finalize(ports(), application, VERSION)).toMatchObject({ commit, merged: ['master', 'develop'] });
  });

  test.each([
    ['nobody knows the version', '202611.9', /202611\.9 is unknown: the remote has neither a tag, release\/202611\.9/],
    ['the remote lacks a branch', VERSION, /has no branch trunk; push it, or correct `branches`/],
  ])('refuses when %s', async (_what, version, message) => {
    release();
    const refs = world.refs();
    const trunk = { ...application, branches: { develop: 'develop', main: 'trunk' } };
    expect((await refusal(finalize(ports(), trunk, version))).message).toMatch(message);
    expect(world.refs()).toBe(refs);
  });

  test('refuses commits that came after the tag', async () => {
    const commit = release();
    world.atRemote('tag', VERSION, commit);
    onBranch(`release/${VERSION}`, 'late.txt', 'too late\n');
    const { message, exitCode } = await refusal(finalize(ports(), application, VERSION));
    expect(message).toMatch(/needs a version of its own: `slipway hotfix start`/);
    expect(exitCode).toBe(ExitCode.Refused);
  });
});

describe('a push that is refused', () => {
  const hook = (script: string) => {
    const file = path.join(world.remote, 'hooks', 'update');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };

  test.each(['refs/heads/develop', 'refs/heads/master', `refs/tags/${VERSION}`, `refs/heads/release/${VERSION}`])(
    'by a rule for %s leaves nothing half pushed, here and there',
    async ref => {
      release();
      hook(`[ "$1" != ${ref} ] || { echo 'this branch is protected' >&2; exit 1; }`);
      const refs = world.refs();
      const { message, exitCode } = await refusal(finalize(ports(), application, VERSION));
      expect(message).toContain(`${ref.replace(/^refs\/(heads|tags)\//, '')} hook declined`);
      expect(message).toContain(`nothing was pushed, type \`slipway finalize ${VERSION}\` again`);
      expect(exitCode).toBe(ExitCode.Refused);
      expect(world.refs()).toBe(refs);
      expect(alice.git('tag')).toBe('');
      expect(logged).toEqual([]);
    },
  );

  test('because somebody else pushed in the same moment is merged again', async () => {
    release();
    let bobs: string | undefined;
    const git = alice.repository();
    const attempt = git.attempt.bind(git);
    // Bob is faster, once: after the merges were made, and before they are pushed.
    git.attempt = (args, options) => {
      if (args[0] === 'push') bobs ??= onBranch('develop', 'bob.txt', 'faster\n');
      return attempt(args, options);
    };
    expect(await finalize(ports({ git }), application, VERSION)).toMatchObject({ merged: ['master', 'develop'] });
    expect(world.atRemote('merge-base', '--is-ancestor', bobs!, 'develop')).toBe('');
    expect(show('develop:bob.txt')).toBe('faster');
    expect(logged).toEqual([
      expect.stringMatching(/^somebody pushed meanwhile \(develop stale info\); merging again$/),
    ]);
  });

  test('again and again is given up', async () => {
    release();
    const git = alice.repository();
    const attempt = git.attempt.bind(git);
    git.attempt = (args, options) => {
      if (args[0] === 'push') onBranch('develop', `${logged.length}.txt`, 'faster\n');
      return attempt(args, options);
    };
    expect((await refusal(finalize(ports({ git }), application, VERSION))).message).toContain('develop stale info');
    expect(logged).toHaveLength(3);
    expect(world.refs()).not.toContain('refs/tags/');
  });
});

describe('a conflict', () => {
  const both = async () => {
    release();
    onBranch(`release/${VERSION}`, 'shop.txt', 'one\nRELEASE\nthree\n');
    onBranch('develop', 'shop.txt', 'one\nDEVELOP\nthree\n');
    return refusal(finalize(ports(), application, VERSION));
  };
  const folder = () => path.join(alice.folder, '.slipway', 'merge', 'develop');

  test('stops with the files and a folder to resolve them in, and pushes nothing', async () => {
    const { message, exitCode } = await both();
    expect(exitCode).toBe(ExitCode.Refused);
    expect(message).toContain(`${VERSION} conflicts with develop (shop.txt) in ${folder()}`);
    expect(message).toContain(`then type \`slipway finalize ${VERSION}\``);
    expect(world.refs()).not.toContain('refs/tags');
    expect(alice.git('status', '--porcelain', '--', 'shop.txt')).toBe('');
  });

  test.each(['added', 'committed'])('goes on when it is resolved and %s', async how => {
    await both();
    expect((await refusal(finalize(ports(), application, VERSION))).message).toContain('(shop.txt)');
    writeFileSync(path.join(folder(), 'shop.txt'), 'one\nBOTH\nthree\n');
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder(), env: world.env, stdio: 'pipe' });
    git('add', 'shop.txt');
    if (how === 'committed') git('commit', '--quiet', '--no-edit');
    expect(await finalize(ports(), application, VERSION)).toMatchObject({ merged: ['master', 'develop'] });
    expect([show('develop:shop.txt'), show('master:shop.txt')]).toEqual(['one\nBOTH\nthree', 'one\nRELEASE\nthree']);
    expect(existsSync(folder())).toBe(false);
    expect(alice.git('worktree', 'list').split('\n')).toHaveLength(1);
  });

  test('is not work again when the branch went on after it was resolved', async () => {
    await both();
    writeFileSync(path.join(folder(), 'shop.txt'), 'one\nBOTH\nthree\n');
    execFileSync('git', ['add', 'shop.txt'], { cwd: folder(), env: world.env });
    execFileSync('git', ['-c', 'rerere.enabled=true', 'commit', '--quiet', '--no-edit'], {
      cwd: folder(),
      env: world.env,
    });
    onBranch('develop', 'more.txt', 'work goes on\n');
    await finalize(ports(), application, VERSION);
    expect(show('develop:shop.txt')).toBe('one\nBOTH\nthree');
    expect(show('develop:more.txt')).toBe('work goes on');
  });

  test('is none in the version: the newer one stays', async () => {
    release('202611.3');
    await finalize(ports(), application, '202611.3');
    const hotfix = world.clone('hotfix');
    hotfix.git('switch', '--quiet', '--create', 'hotfix/202611.2b', 'origin/develop^1');
    hotfix.commit('version.txt', '202611.2b\n');
    const fix = hotfix.commit('fix.txt', 'mended\n');
    hotfix.git('push', '--quiet', 'origin', 'hotfix/202611.2b');
    expect(await finalize(ports(), application, '202611.2b')).toMatchObject({ commit: fix });
    for (const branch of ['master', 'develop']) {
      expect([show(`${branch}:version.txt`), show(`${branch}:fix.txt`)]).toEqual(['202611.3', 'mended']);
    }
  });
});

describe('messages and signatures', () => {
  test('--edit lets a person write the message of each merge', async () => {
    release();
    const edit = gitEditor(`sed -i -e 's/^Merge/Bring/'`, world.env);
    await finalize(ports({ edit }), application, VERSION);
    expect(world.atRemote('log', '--format=%B', '--max-count=1', 'develop').trim()).toBe(
      `Bring ${VERSION} into develop`,
    );
  });

  test('an empty message stops, and pushes nothing', async () => {
    release();
    const refs = world.refs();
    const edit = gitEditor(`sed -i -e 1d`, world.env);
    expect((await refusal(finalize(ports({ edit }), application, VERSION))).exitCode).toBe(ExitCode.Refused);
    expect(world.refs()).toBe(refs);
  });

  test('an editor that fails is named', async () => {
    release();
    const edit = gitEditor('false', world.env);
    expect((await refusal(finalize(ports({ edit }), application, VERSION))).message).toContain('set GIT_EDITOR');
  });

  test('tags are signed when the data says so', async () => {
    release();
    const key = path.join(world.root, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'tester', '-f', key]);
    writeFileSync(
      path.join(world.root, 'signers'),
      `tester@example.org ${execFileSync('cat', [`${key}.pub`]).toString()}`,
    );
    for (const [name, value] of [
      ['gpg.format', 'ssh'],
      ['user.signingKey', `${key}.pub`],
      ['gpg.ssh.allowedSignersFile', path.join(world.root, 'signers')],
    ] as const) {
      alice.git('config', name, value);
    }
    await finalize(ports(), { ...application, signTags: true }, VERSION);
    expect(() => alice.git('verify-tag', VERSION)).not.toThrow();
  });
});

describe('slipway finalize', () => {
  const run = async (options: { dryRun?: boolean; edit?: boolean } = {}, version = VERSION) => {
    const shell = new ProcessShell({ env: world.env });
    const context = recordingContext({ root: alice.folder, shell, dryRun: options.dryRun ?? false, env: world.env });
    const running = finalizeRelease({ version, edit: options.edit ?? false }, application)(context);
    return { ...(await outcomeOf(running)), ...context };
  };

  test('says what it did, and the second time that it was done', async () => {
    const commit = release();
    expect((await run()).printed).toEqual([
      `${VERSION}: merged into master and develop, tagged (${commit.slice(0, 7)})`,
    ]);
    const again = await run();
    expect(again.code).toBe(ExitCode.Done);
    expect(again.printed).toEqual([`${VERSION}: already merged and tagged (${commit.slice(0, 7)})`]);
    expect(again.objects).toEqual([{ command: 'finalize', version: VERSION, commit, merged: [], tagged: false }]);
  });

  test('a dry run changes nothing', async () => {
    release();
    const refs = world.refs();
    expect((await run({ dryRun: true })).printed).toEqual([
      `would merge ${VERSION} into master and develop, tag it and remove its branch`,
    ]);
    expect(world.refs()).toBe(refs);
  });

  test.each([
    ['a wrong version', {}, '1.0', 'allowed is YYYYMM.N'],
    ['an editor without a terminal', { edit: true }, VERSION, '--edit opens an editor'],
  ])('refuses %s', async (_what, options, version, message) => {
    const outcome = await run(options, version);
    expect(outcome.message).toContain(message);
    expect(outcome.code).toBe(ExitCode.Usage);
  });
});
