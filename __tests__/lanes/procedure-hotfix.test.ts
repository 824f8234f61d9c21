import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readRemoteRefs } from '../../scripts/adapters/git-remote';
import type { SwarmApplication } from '../../stacks/swarm/application';
import type { Checkout } from '../support/git-world';
import { describeLoad } from '../support/public-load';
import type { Project } from '../support/project';
import { ReleaseStage, STAGE_LANE } from '../support/release-stage';
import { SHOP_SWARM, WEB } from '../support/shop';
import { SWARM_START_MS } from '../support/swarm-lab';

/**
 * The second procedure: a release that runs is mended on a branch of its own and brought into the same stack, first the service in
 * which developers look, then the others; when all is well the branch is finished.
 */
const { test } = STAGE_LANE;
const TEST_MS = 400_000;

const swarm: SwarmApplication = {
  ...SHOP_SWARM,
  services: { phpfiles: WEB, web: WEB },
  stages: [['phpfiles'], ['web*']],
};

let stage: ReleaseStage | undefined;
let anna: Checkout;
let project: Project;
let fix: string;

beforeAll(async () => {
  if (STAGE_LANE.missing !== undefined) return;
  const opened = (stage = await ReleaseStage.open());
  anna = opened.git.clone('anna');
  const versions = { scheme: 'YY.MM.R', files: [{ file: 'version.txt', plain: true }] } as const;
  project = opened.project(anna, { swarm, versions });
  anna.commit('version.txt', '16.03.1\n', 'Version 16.03.1');
  anna.git('tag', '16.03.1');
  anna.git('push', '--quiet', 'origin', 'develop', 'develop:master', '16.03.1');
  // Development has gone on, in the file that the fix touches too.
  anna.commit('readme.txt', 'A shop with a new word.\n');
  fix = anna.commit('readme.txt', 'A shop with a new word, mended.\n', 'Mend the basket');
  anna.git('push', '--quiet', 'origin', 'develop');
}, SWARM_START_MS);
afterAll(() => stage?.close(), SWARM_START_MS);

test(
  'a release that runs nowhere cannot be mended; it is built and deployed first',
  async () => {
    expect(await project.slipway('hotfix start 16.03.1')).toMatchObject({ code: 0 });
    expect(await project.slipway('hotfix push')).toMatchObject({ code: 0 });
    const refused = await project.slipway('hotfix deploy prod --yes');
    expect(refused).toMatchObject({ code: 9, stderr: expect.stringContaining('use slipway deploy prod <version>') });
    anna.git('switch', '--quiet', 'develop');
    anna.git('branch', '--quiet', '-D', 'hotfix/16.03.1b');
    anna.git('push', '--quiet', '--delete', 'origin', 'hotfix/16.03.1b');

    expect(await project.slipway('deploy prod 16.03.1 --yes')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('build it first: slipway build 16.03.1'),
    });
    expect(await project.slipway('build 16.03.1 --commit 16.03.1')).toMatchObject({ code: 0 });
    expect(await project.slipway('deploy prod 16.03.1 --yes')).toMatchObject({ code: 0 });
  },
  TEST_MS,
);

test(
  'a hotfix from the branch to the end, with a conflict on the way',
  async () => {
    const visitors = await stage!.visitors('prod');
    // What production serves is asked, nothing is typed by hand.
    expect((await project.slipway('hotfix start')).stdout).toBe('on hotfix/16.03.1b, from 16.03.1\n');
    const conflict = await project.slipway(`hotfix pick ${fix}`);
    expect(conflict).toMatchObject({ code: 9, stderr: expect.stringContaining('conflicts in readme.txt') });
    anna.write('readme.txt', 'A shop, mended.\n');
    anna.git('add', 'readme.txt');
    expect(await project.slipway('hotfix continue')).toMatchObject({ code: 0 });
    expect(await project.slipway('hotfix deploy prod --yes')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('is not pushed; type `slipway hotfix push`'),
    });
    expect(await project.slipway('hotfix push')).toMatchObject({ code: 0 });
    expect(await project.slipway('hotfix finish')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('production serves 16.03.1, not a healthy 16.03.1b'),
    });
    const before = stage!.cloudflare.purged.length;
    const deployed = await project.slipway('hotfix deploy prod --yes');
    expect(deployed.code).toBe(0);
    // No word that frightens whom all goes well for.
    expect(deployed.stdout + deployed.stderr).not.toMatch(/error|fatal/i);
    expect(deployed.stderr.indexOf('roll: phpfiles')).toBeLessThan(deployed.stderr.indexOf('start: web'));
    expect((await project.slipway('status prod')).stdout).toMatch(/^webshop-prod {2}16\.03\.1b$/m);
    expect(stage!.cloudflare.purged.length).toBe(before + 1);
    expect((await project.slipway('releases prod')).stdout).toMatch(/16\.03\.1b .*\n.*16\.03\.1 /);

    // Development goes on from another text: the merge asks for a person, and goes on where it stopped.
    const stopped = await project.slipway('hotfix finish');
    const place = /conflicts with develop \(readme\.txt\) in (\S+);/.exec(stopped.stderr)?.[1] ?? '';
    expect(stopped.code).toBe(9);
    writeFileSync(path.join(place, 'readme.txt'), 'A shop with a new word, mended.\n');
    execFileSync('git', ['add', 'readme.txt'], { cwd: place, env: anna.env });
    expect((await project.slipway('hotfix finish')).stdout).toBe('16.03.1b: merged and tagged\n');
    expect((await project.slipway('hotfix finish 16.03.1b')).stdout).toBe('16.03.1b: already merged and tagged\n');
    const refs = await readRemoteRefs(anna.repository());
    expect([...refs.tags.keys()]).toEqual(['16.03.1', '16.03.1b']);
    expect([...refs.branches.keys()].sort()).toEqual(['develop', 'master']);
    const books = await visitors.stop();
    process.stdout.write(describeLoad('a hotfix', books));
    expect(books.failed).toBe(0);
    expect(Object.keys(books.versions).sort()).toEqual(['16.03.1', '16.03.1b']);
  },
  TEST_MS,
);

test(
  'the next one stops after the service for developers: looked at and given up, then looked at and continued',
  async () => {
    anna.git('switch', '--quiet', 'master');
    anna.git('pull', '--quiet');
    expect((await project.slipway('hotfix start 16.03.1')).stdout).toBe('on hotfix/16.03.1c, from 16.03.1b\n');
    anna.commit('client/build.sh', 'echo better > /client/bundle.js\n', 'A better bundle');
    expect(await project.slipway('hotfix push')).toMatchObject({ code: 0 });
    expect(await project.slipway('build 16.03.1c')).toMatchObject({ code: 0 });

    const look = () => project.slipway('exec prod phpfiles -- cat /client/bundle.js');
    expect(await project.slipway('deploy prod 16.03.1c --pause --yes')).toMatchObject({ code: 0 });
    expect((await look()).stdout).toBe('better\n');
    expect((await project.slipway('smoke prod --expect 16.03.1b')).code).toBe(0);
    expect(await project.slipway('abort prod')).toMatchObject({ code: 0 });
    expect((await look()).stdout).toBe('built\n');

    expect(await project.slipway('deploy prod 16.03.1c --pause --yes')).toMatchObject({ code: 0 });
    expect(await project.slipway('continue prod')).toMatchObject({ code: 0 });
    expect((await project.slipway('smoke prod --expect 16.03.1c')).code).toBe(0);
    expect(await project.slipway('hotfix finish')).toMatchObject({ code: 0 });
    expect(stage!.git.atRemote('show', 'develop:version.txt')).toBe('16.03.1c');
  },
  TEST_MS,
);
