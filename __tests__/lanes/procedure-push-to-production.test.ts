import type { SwarmApplication } from '../../stacks/swarm/application';
import type { Result } from '../../scripts/adapters/shell';
import type { Checkout } from '../support/git-world';
import type { Project } from '../support/project';
import { ReleaseStage, STAGE_LANE } from '../support/release-stage';
import { SHOP_SWARM, WEB } from '../support/shop';
import { SWARM_START_MS } from '../support/swarm-lab';
import { describeLoad } from '../support/public-load';

/**
 * The first procedure: every push to `production` builds an image, brings it to the node and runs what is new in the schema; when a
 * release is bad, one command goes back.
 */
const { test } = STAGE_LANE;
const isMissing = STAGE_LANE.missing !== undefined;
const TEST_MS = 300_000;

const swarm: SwarmApplication = {
  ...SHOP_SWARM,
  services: { web: { ...WEB, secrets: [{ source: 'app-key' }] } },
  migrations: {},
};
const USERS = {
  'migrations/(1) users.sql': '-- phase: expand\nCREATE TABLE users (id INT PRIMARY KEY);\n',
  'migrations/(1) users.rollback.sql': 'DROP TABLE users;\n',
};

let stage: ReleaseStage | undefined;
let anna: Checkout;
let project: Project;

beforeAll(async () => {
  if (isMissing) return;
  const opened = (stage = await ReleaseStage.open(USERS));
  anna = opened.git.clone('anna');
  anna.git('switch', '--quiet', '--create', 'production');
  project = opened.project(anna, { swarm });
}, SWARM_START_MS);
afterAll(() => stage?.close(), SWARM_START_MS);

/** What the pipeline types after a push to `production`. */
async function push(message: string): Promise<Result> {
  anna.git('commit', '--quiet', '--allow-empty', '--message', message);
  anna.git('push', '--quiet', 'origin', 'production');
  const built = await project.slipway('build');
  expect(built).toMatchObject({ code: 0, stdout: expect.stringMatching(/^image=\S+\ndigest=sha256:[0-9a-f]{64}$/m) });
  return project.slipway('deploy prod --commit HEAD --yes');
}

function tagOfHead(): string {
  return `git-commit-${anna.git('rev-parse', 'HEAD').slice(0, 7)}`;
}

test(
  'every push goes live, with what is new in the schema; a bad one is not noticed, and one command goes back',
  async () => {
    const world = stage!;
    const first = await push('The shop');
    expect(first.stderr).toMatch(/schema of prod: 1 pending\n.*\n\(1\) users\.sql: 1 statement/);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining(`webshop-prod now runs ${tagOfHead()} `) });
    const one = tagOfHead();
    await expect(world.rows('prod', 'SELECT COUNT(*) AS users FROM users')).resolves.toEqual([{ users: 0 }]);
    const visitors = await world.visitors('prod');

    // The second push has a change of the schema again, and the plan says so before it is done.
    anna.write('migrations/(2) names.sql', '-- phase: expand\nALTER TABLE users ADD COLUMN name VARCHAR(50);\n');
    anna.write('migrations/(2) names.rollback.sql', 'ALTER TABLE users DROP COLUMN name;\n');
    anna.git('add', '.');
    expect(await push('Names')).toMatchObject({ code: 0 });
    const two = tagOfHead();
    const again = await project.slipway('deploy prod --commit HEAD --yes');
    expect(again).toMatchObject({ code: 0, stdout: `no changes: webshop-prod runs ${two} already\n` });
    expect(again.stderr).toContain('schema of prod: 0 pending');

    // A push that breaks the shop.
    const dockerfile = anna.read('Dockerfile');
    anna.write('Dockerfile', dockerfile.replace('MODE=works', 'MODE=http-500'));
    anna.git('add', '.');
    const broken = await push('A mistake');
    expect(broken).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/\/version answers 500; .* was not touched/),
    });
    expect((await project.slipway('status prod')).stdout).toMatch(new RegExp(`^webshop-prod  ${two}$`, 'm'));
    expect(world.slack.messages.at(-1)?.text).toContain('failed');

    // Everybody can see what is live and what was, and go back without a build.
    const releases = (await project.slipway('releases prod')).stdout.split('\n');
    expect(releases[0]).toMatch(/^#3 {2}git-commit-\w{7} {2}\w{7} {2}failed .* schema 2 /);
    expect(releases[1]).toMatch(new RegExp(`^#2  ${two}  \\w{7}  done .* Release Tester  schema 2  downtime 0.0 s`));
    const diff = await project.slipway(`diff prod ${one}`);
    expect(diff.stdout).toMatch(/ {2}commit \w{7} Names\n {2}web: image shop:.*\n {2}schema: 1 -> 2\n$/);
    expect(await project.slipway('rollback prod --reason "names are wrong"')).toMatchObject({ code: 0 });
    expect(world.slack.messages.at(-1)?.text).toMatch(/^git-commit-\w{7} rolled back on prod/);
    expect((await project.slipway('smoke prod')).stdout).toMatch(
      /^pass {2}example\.org \/healthz\npass {2}example\.org \/$/m,
    );
    expect((await project.slipway('status prod')).stdout).toMatch(new RegExp(`^webshop-prod  ${one}$`, 'm'));

    const books = await visitors.stop();
    process.stdout.write(describeLoad('push to production', books));
    expect(books).toMatchObject({ failed: 0 });
    expect(Object.keys(books.versions).sort()).toEqual([one, two].sort());

    // What somebody does by hand is seen; the plain commands for the worst day can be printed.
    await world.lab.docker('service', 'update', '--detach', '--env-add', 'DEBUG=1', 'webshop-prod_web-blue');
    expect((await project.slipway('status prod')).stdout).toContain('DIRTY');
    expect((await project.slipway('runbook prod')).stdout).toContain('stack services');
  },
  TEST_MS,
);
