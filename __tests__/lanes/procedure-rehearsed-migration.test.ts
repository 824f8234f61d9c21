import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { SwarmApplication } from '../../stacks/swarm/application';
import type { Checkout } from '../support/git-world';
import { describeLoad } from '../support/public-load';
import type { Project } from '../support/project';
import { ASSET_BUCKET, ReleaseStage, SECRETS, STAGE_LANE } from '../support/release-stage';
import { SHOP_SWARM, WEB } from '../support/shop';
import { SWARM_START_MS } from '../support/swarm-lab';

/**
 * The fourth procedure: migrations run on a clone of production first, assets are there before the tasks that need them, new tasks are
 * checked before they get traffic and the old ones end in peace, and then somebody looks whether anything broke.
 */
const { test } = STAGE_LANE;
const TEST_MS = 400_000;

const swarm: SwarmApplication = {
  ...SHOP_SWARM,
  services: { web: { ...WEB, environment: { GREETING: 'hello' } } },
  migrations: { requireReport: ['prod'] },
  environments: { prod: { variables: { web: { GREETING: 'welcome' } } } },
};
const USERS = {
  'migrations/(1) users.sql': '-- phase: expand\nCREATE TABLE users (id INT PRIMARY KEY, nick VARCHAR(50));\n',
  'migrations/(1) users.rollback.sql': 'DROP TABLE users;\n',
};

let stage: ReleaseStage | undefined;
let anna: Checkout;
let project: Project;

beforeAll(async () => {
  if (STAGE_LANE.missing !== undefined) return;
  const opened = (stage = await ReleaseStage.open(USERS));
  anna = opened.git.clone('anna');
  anna.git('switch', '--quiet', 'master');
  project = opened.project(anna, { swarm, assets: { fromImage: '/client' }, guards: { requireBranch: 'master' } });
  const s3 = s3Of(opened);
  await s3.send(
    new CreateBucketCommand({
      Bucket: ASSET_BUCKET,
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    }),
  );
  s3.destroy();
}, SWARM_START_MS);
afterAll(() => stage?.close(), SWARM_START_MS);

function s3Of({ awsClient }: ReleaseStage): S3Client {
  return new S3Client({ ...awsClient, forcePathStyle: true });
}

/** A pair of files for a migration. */
function migration(number: number, name: string, up: string, down: string): void {
  anna.write(`migrations/(${number}) ${name}.sql`, up);
  anna.write(`migrations/(${number}) ${name}.rollback.sql`, down);
  anna.git('add', '.');
}

/** What the pipeline types for a version: commit, image, staging. */
async function build(version: string): Promise<void> {
  anna.git('commit', '--quiet', '--allow-empty', '--message', `For ${version}`);
  anna.git('push', '--quiet', 'origin', 'master');
  expect(await project.slipway(`build ${version}`)).toMatchObject({ code: 0 });
}

/** Runs the pending migrations on a clone of production's schema, which leaves a report. */
async function rehearse() {
  const { database } = stage!;
  const clone = await database.createSchema('webshop_clone');
  // What a restored snapshot is: the schema with its rows and its history.
  const admin = await database.connect();
  const [tables] = await admin.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'webshop_prod'",
  );
  for (const { name } of tables as { name: string }[]) {
    await admin.query(`CREATE TABLE webshop_clone.\`${name}\` LIKE webshop_prod.\`${name}\``);
    await admin.query(`INSERT INTO webshop_clone.\`${name}\` SELECT * FROM webshop_prod.\`${name}\``);
  }
  await admin.end();
  return project.slipway(`migrate up --folder ${anna.folder}/migrations --url ${clone} --report report.json`);
}

test(
  'production takes no migration that was not run on a clone; one that fails there never reaches it',
  async () => {
    await build('202611.1');
    const unseen = await project.slipway('deploy prod 202611.1 --yes');
    expect(unseen).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('prod takes no migration that was not run on a clone'),
    });
    expect(await rehearse()).toMatchObject({ code: 0 });
    expect(await project.slipway('deploy prod 202611.1 --yes --report report.json')).toMatchObject({ code: 0 });

    migration(
      2,
      'names',
      '-- phase: expand\nALTER TABLE user ADD COLUMN name VARCHAR(50);\n',
      'ALTER TABLE users DROP COLUMN name;\n',
    );
    await build('202611.2');
    const failed = await rehearse();
    expect(failed).toMatchObject({
      code: 8,
      stderr: expect.stringContaining("(2) names.sql:2, statement 1 of 1: Table 'webshop_clone.user' doesn't exist"),
    });
    expect(await project.slipway('deploy prod 202611.2 --yes --report report.json')).toMatchObject({ code: 9 });
    await expect(stage!.rows('prod', "SHOW COLUMNS FROM users LIKE 'name'")).resolves.toEqual([]);
    expect((await project.slipway('status prod')).stdout).toMatch(/^webshop-prod {2}202611\.1$/m);
  },
  TEST_MS,
);

test(
  'mended, it goes through: schema, assets, new tasks, switch; the plan has said so, and nobody notices',
  async () => {
    const visitors = await stage!.visitors('prod');
    migration(
      2,
      'names',
      '-- phase: expand\nALTER TABLE users ADD COLUMN name VARCHAR(50);\n',
      'ALTER TABLE users DROP COLUMN name;\n',
    );
    await build('202611.3');
    expect(await rehearse()).toMatchObject({ code: 0 });
    const plan = await project.slipway('plan prod 202611.3');
    expect(plan).toMatchObject({
      code: 10,
      stdout: expect.stringMatching(
        /schema, before the switch: \(2\) names\.sql\n {2}web: image .*\n {2}starts anew: web\n$/,
      ),
    });
    const deployed = await project.slipway('deploy prod 202611.3 --yes --report report.json');
    expect(deployed.code).toBe(0);
    const steps = ['expand the schema to (2)', 'publish the assets of 202611.3', 'start: web', 'switch:', 'drain:'];
    const at = steps.map(text => deployed.stderr.indexOf(text));
    expect(Math.min(...at)).toBeGreaterThanOrEqual(0);
    expect([...at].sort((one, other) => one - other)).toEqual(at);
    expect(await project.slipway('plan prod 202611.3')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no changes'),
    });

    const s3 = s3Of(stage!);
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: ASSET_BUCKET, Prefix: 'assets/' }));
    s3.destroy();
    expect(Contents.map(({ Key }) => Key)).toContain('assets/bundle.js');

    // More tasks for a busy day stay with the next release.
    expect(await project.slipway('scale prod web=2')).toMatchObject({ code: 0 });
    const books = await visitors.stop();
    process.stdout.write(describeLoad('a rehearsed migration', books));
    expect(books.failed).toBe(0);
  },
  TEST_MS,
);

test(
  'what the schema has given up comes one release later and after the switch, and then the way back past it is barred',
  async () => {
    migration(
      3,
      'no nick',
      '-- phase: contract\n-- irreversible: nobody reads it\nALTER TABLE users DROP COLUMN nick;\n',
      'ALTER TABLE users ADD COLUMN nick VARCHAR(50);\n',
    );
    await build('202611.4');
    expect(await rehearse()).toMatchObject({ code: 0 });
    const deployed = await project.slipway('deploy prod 202611.4 --yes --report report.json');
    expect(deployed.code).toBe(0);
    expect(deployed.stderr.indexOf('record: release')).toBeLessThan(
      deployed.stderr.indexOf('contract the schema to (3)'),
    );
    await expect(stage!.rows('prod', "SHOW COLUMNS FROM users LIKE 'nick'")).resolves.toEqual([]);
    expect((await project.slipway('status prod')).stdout).toContain('2/2');

    const barred = await project.slipway('rollback prod 202611.1');
    expect(barred).toMatchObject({
      code: 9,
      stderr: expect.stringMatching(
        /\(3\) no nick\.sql took from the schema what 202611\.1 needs; type slipway migrate down prod --to 2 first/,
      ),
    });
    expect(await project.slipway('rollback prod 202611.3')).toMatchObject({ code: 0 });

    // Somebody off the branch.
    anna.git('switch', '--quiet', '--create', 'experiment');
    anna.commit('readme.txt', 'Not reviewed.\n');
    anna.git('push', '--quiet', 'origin', 'experiment');
    expect(await project.slipway('build 202611.5')).toMatchObject({ code: 0 });
    expect(await project.slipway('deploy prod 202611.5 --yes')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('is not on master, but on experiment'),
    });
  },
  TEST_MS,
);

test('no secret is in anything that was said, recorded, built or left', async () => {
  const { said, lab, node } = stage!;
  const images = await lab.docker('images', '--format', '{{.ID}}');
  const ids = [...new Set(images.split('\n'))];
  const places = [
    said.join('\n'),
    await lab.docker('inspect', ...ids),
    ...(await Promise.all(ids.map(id => lab.docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', id)))),
    await lab.docker('service', 'inspect', 'webshop-prod_web-blue', 'webshop-prod_web-green'),
    ...textsBelow(lab.state),
    ...textsBelow(`${project.root}/.slipway`),
    node.log,
  ];
  expect(said.length).toBeGreaterThan(20);
  for (const secret of Object.values(SECRETS)) expect(places.filter(text => text.includes(secret))).toEqual([]);
});

/** The files below a folder, each as text. */
function textsBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
}
