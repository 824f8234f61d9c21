import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readRemoteRefs } from '../../scripts/adapters/git-remote';
import type { Checkout } from '../support/git-world';
import { describeLoad } from '../support/public-load';
import type { Project } from '../support/project';
import { ReleaseStage, STAGE_LANE } from '../support/release-stage';
import { SHOP_SWARM } from '../support/shop';
import { SWARM_START_MS } from '../support/swarm-lab';

/**
 * The third procedure: one command from a branch to production. It finds the next version, makes a release branch, builds, checks on
 * staging, promotes the same image, merges, tags and pushes; after whatever breaks in between it is resumed.
 */
const { test } = STAGE_LANE;
const TEST_MS = 400_000;

let stage: ReleaseStage | undefined;
let anna: Checkout;
let project: Project;

beforeAll(async () => {
  if (STAGE_LANE.missing !== undefined) return;
  const opened = (stage = await ReleaseStage.open());
  anna = opened.git.clone('anna');
  project = opened.project(anna, { swarm: SHOP_SWARM });
}, SWARM_START_MS);
afterAll(() => stage?.close(), SWARM_START_MS);

/** A fix that is pushed to the branch of the release. */
function fix(branch: string, file: string, from: string, to: string): void {
  anna.git('fetch', '--quiet');
  anna.git('switch', '--quiet', branch);
  anna.commit(file, anna.read(file).replace(from, to));
  anna.git('push', '--quiet', 'origin', branch);
  anna.git('switch', '--quiet', 'develop');
}

async function liveImage(environment: string): Promise<{ version: string; image: string }> {
  const { stdout } = await project.slipway(`--json status ${environment} --stack webshop-${environment}`);
  const { version, services } = JSON.parse(stdout) as { version: string; services: { image: string; role: string }[] };
  return { version, image: services.find(({ role }) => role === 'live')?.image ?? '' };
}

/** What the README says that such a release prints. */
function shownInReadme(): string {
  const readme = readFileSync(path.join(__dirname, '../../README.md'), 'utf8');
  return /<!-- release -->\n```\n([^]*?)```/.exec(readme)?.[1] ?? '';
}

/** Without what differs from run to run: times, commits, digests, the month, and whether a step had to make room. */
function lasting(text: string): string[] {
  const lines = text
    .replace(/\d+\.\d s/g, 'N s')
    .replace(/\b[0-9a-f]{7,64}\b/g, 'HASH')
    .replace(/\b\d{6}\.\d+/g, 'VERSION')
    .trim()
    .split('\n');
  return lines.filter(line => !line.includes('no longer kept'));
}

test(
  'a release whose build fails twice, and whose stage fails its check, is mended on its branch and resumed to production',
  async () => {
    const { slack, cloudflare, git } = stage!;
    anna.commit('client/build.sh', 'echo out of luck; exit 1\n', 'A build that fails');
    anna.commit('Dockerfile', anna.read('Dockerfile').replace('MODE=works', 'MODE=wrong-version'), 'And a mistake');
    anna.git('push', '--quiet', 'origin', 'develop');

    const failed = await project.slipway('release --yes');
    expect(failed).toMatchObject({ code: 4, stderr: expect.stringContaining('slipway resume') });
    const version = /^(\d{6}\.1) from develop at/m.exec(failed.stderr)?.[1] ?? '';
    const branch = `release/${version}`;
    expect(failed.stderr).toContain('trying once more');
    expect(slack.messages.map(({ text }) => text)).toEqual([
      expect.stringContaining('started'),
      expect.stringContaining('failed'),
    ]);
    const called = slack.messages
      .at(-1)
      ?.blocks.map(({ text }) => text.text)
      .join('\n');
    expect(called).toContain('<@U012AB3CD>');
    expect(called).toContain('slipway resume');
    expect(called).toContain('out of luck');

    fix(branch, 'client/build.sh', 'echo out of luck; exit 1', 'echo built > /client/bundle.js');
    const staged = await project.slipway('resume --yes');
    expect(staged).toMatchObject({
      code: 5,
      stderr: expect.stringContaining(`/version says version "0.0.0", wanted is ${version}`),
    });
    expect((await project.slipway('status prod')).stdout).toContain('nothing released yet');

    fix(branch, 'Dockerfile', 'MODE=wrong-version', 'MODE=works');
    const resumed = await project.slipway('resume --yes');
    expect(resumed).toMatchObject({ code: 0, stdout: expect.stringContaining(`${version}: released (`) });

    const [dev, prod] = [await liveImage('dev'), await liveImage('prod')];
    expect(prod).toEqual(dev);
    expect(prod.version).toBe(version);
    const refs = await readRemoteRefs(anna.repository());
    expect([...refs.tags.keys()]).toEqual([version]);
    expect([...refs.branches.keys()].sort()).toEqual(['develop', 'master']);
    expect(git.atRemote('show', 'master:version.txt')).toBe(version);
    expect(git.atRemote('log', '--format=%s', 'develop')).toContain('A build that fails');
    expect(anna.git('branch', '--show-current')).toBe('develop');
    expect(cloudflare.purged).toEqual([{ zone: 'example.org', body: { hosts: ['www.example.org'] } }]);
    expect(slack.messages.at(-1)?.text).toContain('done');
    await expect(project.slipway(`finalize ${version}`)).resolves.toMatchObject({
      stdout: expect.stringContaining(`${version}: already merged and tagged`),
    });
  },
  TEST_MS,
);

test(
  'the next one goes through at once, and visitors of production notice nothing',
  async () => {
    const visitors = await stage!.visitors('prod');
    anna.git('pull', '--quiet');
    anna.commit('readme.txt', 'A better shop.\n');
    anna.git('push', '--quiet', 'origin', 'develop');
    const { code, stdout, stderr } = await project.slipway('release --yes');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d{6}\.2: released/m) });
    expect(lasting(`${stderr}${stdout.trim().split('\n').at(-1) ?? ''}`)).toEqual(lasting(shownInReadme()));
    const books = await visitors.stop();
    process.stdout.write(describeLoad('a release by one command', books));
    expect(books.failed).toBe(0);
    expect(
      Object.keys(books.versions)
        .map(version => version.split('.')[1])
        .sort(),
    ).toEqual(['1', '2']);
  },
  TEST_MS,
);

test(
  'staging can be promoted by itself, and only what is healthy there and not older than production',
  async () => {
    const older = /^\d{6}\.1$/;
    const releases = (await project.slipway('--json releases prod')).stdout.trim().split('\n');
    const first = releases
      .map(line => JSON.parse(line) as { version: string })
      .find(({ version }) => older.test(version));
    const back = await project.slipway(`deploy dev ${first?.version ?? ''} --yes`);
    expect(back.code).toBe(0);
    const refused = await project.slipway('promote dev prod --yes');
    expect(refused).toMatchObject({
      code: 9,
      stderr: expect.stringMatching(/is older than \d{6}\.2 .*--override older-than-live/),
    });
    const allowed = await project.slipway(
      'promote dev prod --yes --override older-than-live --reason "the new one is slow"',
    );
    expect(allowed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/dev and prod serve the same image: sha256:/),
    });
    const audit = await project.slipway('audit prod --limit 1');
    expect(audit.stdout).toContain('apply');
    await stage!.lab.docker('service', 'update', '--detach', '--env-add', 'DEBUG=1', 'webshop-dev_web-blue');
    await stage!.lab.docker('service', 'update', '--detach', '--env-add', 'DEBUG=1', 'webshop-dev_web-green');
    const dirty = await project.slipway('promote dev prod --yes');
    expect(dirty).toMatchObject({ code: 9, stderr: expect.stringContaining('was changed since the release') });
  },
  TEST_MS,
);
