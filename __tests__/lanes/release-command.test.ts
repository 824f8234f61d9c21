import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { RunFile } from '../../scripts/adapters/run-file';
import { ProcessShell } from '../../scripts/adapters/shell';
import { abort, release, type ReleaseOptions, type ReleaseWorld, resume } from '../../scripts/commands/release';
import { ExitCode } from '../../scripts/domain/exit-code';
import type { Application } from '../../stacks/environments/application';
import { type Checkout, GitWorld } from '../support/git-world';
import { GithubServer } from '../support/github-server';
import { laneTest } from '../support/lane';
import { outcomeOf } from '../support/outcome';
import { recordingContext } from '../support/recording-context';
import { Platform, RELEASED } from '../support/release-world';

const test = laneTest({ program: 'git', install: 'apt-get install git' });

jest.setTimeout(120_000);

const ROOT = path.join(__dirname, '..', '..');
const plain: Application = { versions: { scheme: 'YYYYMM.N', files: [{ file: 'version.txt', plain: true }] } };

let world: GitWorld;
let alice: Checkout;

beforeEach(() => {
  world = new GitWorld({ 'version.txt': '202610.7\n' });
  alice = world.clone('alice');
});
afterEach(() => world.remove());

const contextFor = (env: NodeJS.ProcessEnv = {}, dryRun = false) => {
  const all = { ...world.env, ...env };
  return recordingContext({
    root: alice.folder,
    env: all,
    dryRun,
    shell: new ProcessShell({ env: all }),
    now: () => new Date('2026-11-25T12:00:00Z'),
  });
};

async function run(options: Partial<ReleaseOptions>, using: ReleaseWorld, env?: NodeJS.ProcessEnv, dryRun = false) {
  const context = contextFor(env, dryRun);
  const all = { yes: true, edit: false, override: [], ...options };
  return { ...(await outcomeOf(release(all, using)(context))), context };
}

test('release --yes asks nobody and prints what is out', async () => {
  const { code, context } = await run({}, { application: plain });
  expect(code).toBe(ExitCode.Done);
  const commit = world.commitOf('202611.1');
  expect(context.printed).toEqual([`202611.1: released (${commit})`]);
  expect(context.objects).toEqual([
    { command: 'release', version: '202611.1', commit, digest: undefined, overrides: [] },
  ]);
  // No false alarms.
  expect(context.logged.filter(line => /error|fatal/i.test(line))).toEqual([]);
});

test('without a terminal and without --yes nothing happens', async () => {
  const refs = world.refs();
  const { code, message } = await run({ yes: false }, { application: plain });
  expect([code, message]).toEqual([ExitCode.Usage, expect.stringContaining('add --yes')]);
  expect(world.refs()).toBe(refs);
});

test('a dry run says what would happen, and changes nothing', async () => {
  const refs = world.refs();
  const { deployer } = new Platform(path.join(world.root, 'platform.json'));
  const image = { repository: '127.0.0.1:1/webshop' };
  const { code, context } = await run({}, { application: { ...RELEASED, image }, deployer }, {}, true);
  expect(code).toBe(ExitCode.Done);
  expect(context.printed).toEqual([
    `202611.1 from ${alice.git('rev-parse', 'HEAD')}, by the branch release/202611.1`,
    'would take the version, with a release branch at the remote',
    `would build the image of ${alice.git('rev-parse', '--short=7', 'HEAD')}`,
    'would deploy 202611.1 to dev',
    'would check that dev serves 202611.1',
    'would promote 202611.1 from dev to prod',
    'would merge 202611.1 into master and develop and tag it',
  ]);
  expect(world.refs()).toBe(refs);
  expect(alice.git('status', '--porcelain')).toBe('');
});

test.each([
  ['dirty-tree', () => alice.write('new.txt', 'x\n'), 'not committed: new.txt'],
  ['unpushed', () => void alice.commit('new.txt', 'x\n'), 'was not pushed'],
])('the guard %s refuses, and its override is recorded', async (guard, change, reason) => {
  change();
  const refs = world.refs();
  const refused = await run({}, { application: plain });
  expect([refused.code, refused.message]).toEqual([ExitCode.Refused, expect.stringContaining(reason)]);
  expect(world.refs()).toBe(refs);
  const { code, context } = await run({ override: [guard], reason: 'the shop is down' }, { application: plain });
  expect(code).toBe(ExitCode.Done);
  expect(context.objects).toMatchObject([{ overrides: [{ guard, why: 'the shop is down' }] }]);
});

test('GitHub is asked for CI and approvals of the very commit', async () => {
  const server = await GithubServer.start('example-org/webshop', alice.git('rev-parse', 'HEAD'));
  try {
    const guards = {
      github: { repository: 'example-org/webshop', token: { env: 'GITHUB_TOKEN' } },
      requireGreenCi: ['unit'],
      requireApprovals: 1,
      requireBranch: 'develop',
    };
    server.runs = [{ name: 'unit', status: 'completed', conclusion: 'failure' }];
    server.pulls = [{ number: 7, author: 'alice', reviews: [], asked: ['bob'] }];
    const env = { GITHUB_TOKEN: 'read-token', GITHUB_API_URL: server.url };
    const refused = await run({}, { application: { ...plain, guards } }, env);
    expect(refused.code).toBe(ExitCode.Refused);
    expect(refused.message).toContain(
      'unit failure; pull request 7 has 0 of 1 approvals; asked and missing: bob, owners',
    );
    server.runs = [{ name: 'unit', status: 'completed', conclusion: 'success' }];
    server.pulls = [{ number: 7, author: 'alice', reviews: [{ reviewer: 'bob', state: 'APPROVED' }] }];
    expect((await run({}, { application: { ...plain, guards } }, env)).code).toBe(ExitCode.Done);
    expect(server.complaints).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('resume and abort say when there is nothing to do', async () => {
  for (const action of [resume({ yes: true, edit: false }, { application: plain }), abort({ application: plain })]) {
    const { code, message } = await outcomeOf(action(contextFor()));
    expect([code, message]).toEqual([ExitCode.Refused, expect.stringContaining('no release is under way')]);
  }
});

test('a second process in the same checkout is told so', async () => {
  await new RunFile(alice.folder).alone(async () => {
    const { code, message } = await run({}, { application: plain });
    expect([code, message]).toEqual([ExitCode.Locked, expect.stringContaining(`process ${process.pid} is releasing`)]);
  });
  // A process that was killed does not hold it.
  writeFileSync(path.join(alice.folder, '.slipway', 'run.lock'), String(spawnSync('true').pid));
  expect((await run({}, { application: plain })).code).toBe(ExitCode.Done);
});

test('the real program: 5,000 tags of years, and the next version', () => {
  world.tag(...Array.from({ length: 5000 }, (_, index) => `${202101 + (index % 12)}.${Math.floor(index / 12) + 1}`));
  const { stdout, status } = spawnSync(
    'node',
    [path.join(ROOT, 'scripts', 'slipway.cjs'), 'release', '--dry-run', '--json'],
    {
      env: { ...world.env, SLIPWAY_ROOT: alice.folder },
      encoding: 'utf8',
    },
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, version: expect.stringMatching(/^\d{6}\.1$/) });
});
