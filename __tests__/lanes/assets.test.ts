import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { CreateDBInstanceCommand } from '@aws-sdk/client-rds';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ProcessShell } from '../../scripts/adapters/shell';
import { assetsPublish, publishAssetsOf } from '../../scripts/commands/assets';
import { backupCheck } from '../../scripts/commands/backup';
import { build } from '../../scripts/commands/build';
import { REGISTRY_LOGIN } from '../../scripts/rehearsal/swarm-lab/registry';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import type { Application } from '../../stacks/environments/application';
import type { AssetSettings } from '../../stacks/environments/asset-settings';
import { useTestCredentials } from '../support/aws-credentials';
import { EmulatedCloud } from '../support/emulated-cloud';
import { type Checkout, GitWorld } from '../support/git-world';
import { requireParts } from '../support/lane';
import { outcomeOf } from '../support/outcome';
import { recordingContext } from '../support/recording-context';
import { startSwarmLab, SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';

const lane = requireParts([{ program: 'python3', install: 'apt-get install python3 python3-venv' }]);
const FOREVER = 'public, max-age=31536000, immutable';
const HOUR_MS = 3_600_000;

jest.setTimeout(120_000);
useTestCredentials();

let cloud: EmulatedCloud;
let checkout: Checkout;
let world: GitWorld;
let bucket: string;
let number = 0;

beforeAll(async () => {
  if (!lane.missing) cloud = await EmulatedCloud.start();
}, 300_000);
afterAll(() => (lane.missing ? undefined : cloud.stop()));

beforeEach(async () => {
  if (lane.missing) return;
  world = new GitWorld({
    Dockerfile: 'FROM scratch\nCOPY dist /srv/public\nCMD ["/none"]\n',
    'dist/index.html': '<script src="/assets/js/app.3f2a9c1b.js"></script>\n',
    'dist/js/app.3f2a9c1b.js': 'shop();\n',
  });
  checkout = world.clone('alice');
  bucket = `assets-${(number += 1)}`;
  const place = { LocationConstraint: 'eu-central-1' } as const;
  await cloud.aws.s3().send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: place }));
});
afterEach(() => (lane.missing ? undefined : world.remove()));

const outputs = async () => ({ AssetBucketName: bucket });

function contextAt(now: Date, env: NodeJS.ProcessEnv = {}) {
  const all = { ...process.env, ...world.env, ...cloud.env, ...env };
  return recordingContext({ root: checkout.folder, env: all, shell: new ProcessShell({ env: all }), now: () => now });
}

interface Wish {
  readonly settings?: Partial<AssetSettings>;
  readonly prune?: boolean;
  readonly now?: Date;
}

async function publish(version: string, { settings, prune = false, now = new Date() }: Wish = {}) {
  const assets = { folder: 'dist', ...settings } as AssetSettings;
  const context = contextAt(now);
  const action = assetsPublish(
    { version, environment: 'prod', prune },
    { versions: { scheme: 'YYYYMM.N' }, assets },
    outputs,
  );
  return { ...(await outcomeOf(action(context))), said: context.printed.join('\n') };
}

async function keys(): Promise<string[]> {
  const { Contents: contents = [] } = await cloud.aws.s3().send(new ListObjectsV2Command({ Bucket: bucket }));
  return contents.map(({ Key }) => Key ?? '');
}

const head = (key: string) => cloud.aws.s3().send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
async function content(key: string): Promise<string> {
  const { Body: body } = await cloud.aws.s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return body!.transformToString();
}

describe('slipway assets publish', () => {
  lane.test('brings a folder to the bucket, with types and times to be kept', async () => {
    const { code, said } = await publish('202611.1');
    expect([code, said]).toEqual([0, `${bucket}/assets/ has the assets of 202611.1: 2 uploaded, 0 there already`]);
    expect(await head('assets/js/app.3f2a9c1b.js')).toMatchObject({
      CacheControl: FOREVER,
      ContentType: 'text/javascript; charset=utf-8',
    });
    expect(await head('assets/index.html')).toMatchObject({
      CacheControl: 'public, max-age=60',
      ContentType: 'text/html; charset=utf-8',
    });
    expect(await content('assets/js/app.3f2a9c1b.js')).toBe('shop();\n');
    expect(JSON.parse(await content('releases/202611.1.json'))).toMatchObject({
      version: '202611.1',
      keys: ['assets/index.html', 'assets/js/app.3f2a9c1b.js'],
    });
  });

  lane.test('sends nothing that is there, and the same again what somebody has spoilt', async () => {
    await publish('202611.1');
    const { LastModified: before } = await head('assets/js/app.3f2a9c1b.js');
    expect((await publish('202611.1')).said).toMatch(/: 0 uploaded, 2 there already$/);
    expect((await head('assets/js/app.3f2a9c1b.js')).LastModified).toEqual(before);
    const spoilt = { Bucket: bucket, Key: 'assets/index.html', Body: 'by hand' };
    await cloud.aws.s3().send(new PutObjectCommand(spoilt));
    expect((await publish('202611.1')).said).toMatch(/: 1 uploaded, 1 there already$/);
    expect(await content('assets/index.html')).toContain('app.3f2a9c1b.js');
  });

  lane.test("keeps older releases' files for pages that are open, until --prune and more than are kept", async () => {
    const day = (count: number) => new Date(Date.now() + count * 24 * HOUR_MS);
    for (const [index, hash] of ['3f2a9c1b', '3f2a9c2b', '3f2a9c3b', '3f2a9c4b'].entries()) {
      rmSync(path.join(checkout.folder, 'dist', 'js'), { recursive: true });
      checkout.write(`dist/js/app.${hash}.js`, `shop(${index});\n`);
      await publish(`202611.${index + 1}`, { settings: { keep: 2 }, now: day(index + 1) });
    }
    await cloud.aws.s3().send(new PutObjectCommand({ Bucket: bucket, Key: 'uploads/photo.jpg', Body: 'x' }));
    expect((await keys()).filter(key => key.endsWith('.js'))).toHaveLength(4);

    const { said } = await publish('202611.4', { settings: { keep: 2 }, now: day(5), prune: true });
    expect(said).toMatch(/: 0 uploaded, 2 there already, 2 of older releases removed$/);
    expect(await keys()).toEqual([
      'assets/index.html',
      'assets/js/app.3f2a9c3b.js',
      'assets/js/app.3f2a9c4b.js',
      'releases/202611.3.json',
      'releases/202611.4.json',
      'uploads/photo.jpg',
    ]);
  });

  lane.test('a dry run tells, and changes nothing', async () => {
    const context = { ...contextAt(new Date()), dryRun: true };
    const application: Application = { versions: { scheme: 'YYYYMM.N' }, assets: { folder: 'dist' } };
    const options = { version: '202611.1', environment: 'prod', prune: true };
    expect(await assetsPublish(options, application, outputs)(context)).toBe(0);
    expect(context.printed).toEqual([`would publish dist as 202611.1 to ${bucket}/assets/`]);
    expect(await keys()).toEqual([]);
  });

  describe('with an artefact from elsewhere', () => {
    let server: Server;
    beforeEach(async () => {
      server = createServer((_request, response) => response.end('a font'));
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(() => new Promise(resolve => server.close(resolve)));

    const artefact = (sha256: string) => ({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/inter.woff2`,
      sha256,
      to: 'fonts/inter.woff2',
    });

    lane.test('publishes it when it is what the data says', async () => {
      const sha256 = createHash('sha256').update('a font').digest('hex');
      expect((await publish('202611.1', { settings: { artefacts: [artefact(sha256)] } })).code).toBe(0);
      expect(await head('assets/fonts/inter.woff2')).toMatchObject({ ContentType: 'font/woff2' });
    });

    lane.test('publishes nothing at all when it is something else', async () => {
      const { code, message } = await publish('202611.1', { settings: { artefacts: [artefact('0'.repeat(64))] } });
      expect([code, message]).toEqual([4, expect.stringContaining('/inter.woff2 has sha256 ')]);
      expect(await keys()).toEqual([]);
    });
  });

  lane.test('says that the bucket is gone', async () => {
    bucket = 'no-such-bucket';
    const { code, message } = await publish('202611.1');
    expect([code, message]).toEqual([2, expect.stringContaining('NoSuchBucket')]);
  });
});

describe('the assets of an image', () => {
  const missing = lane.missing ?? SWARM_LANE.missing;
  const test = lane.missing ? lane.test : SWARM_LANE.test;
  let lab: SwarmLab;
  beforeAll(async () => {
    if (missing) return;
    lab = await startSwarmLab();
    await lab.registry.start({ login: true });
  }, SWARM_START_MS);
  afterAll(() => (missing ? undefined : lab.stop()), SWARM_START_MS);

  const application = (): Application => ({
    versions: { scheme: 'YYYYMM.N' },
    image: {
      repository: `${lab.registry.server}/shop-${number}`,
      login: { username: REGISTRY_LOGIN.username, password: { env: 'REGISTRY_TOKEN' } },
    },
    assets: { fromImage: '/srv/public' },
  });
  const context = () => contextAt(new Date(), { ...lab.dockerEnv, REGISTRY_TOKEN: REGISTRY_LOGIN.password });

  test('are what was built from the commit, whatever lies in the work tree, and leave nothing behind', async () => {
    const given = context();
    await build({ version: '202611.1', commit: 'HEAD', latest: false }, application())(given);
    const digest = /^digest=(.*)$/m.exec(given.printed.join('\n'))![1]!;
    checkout.write('dist/js/app.3f2a9c1b.js', 'changed, and not committed\n');
    const containers = await lab.docker('ps', '--all', '--quiet');
    await publishAssetsOf(given, application(), 'prod', '202611.1', digest, outputs);
    expect(await content('assets/js/app.3f2a9c1b.js')).toBe('shop();\n');
    expect(given.logged.at(-1)).toBe('assets of 202611.1: 2 uploaded, 0 there already');
    expect(await lab.docker('ps', '--all', '--quiet')).toBe(containers);
  });

  test('by version: as the registry has it; none is exit code 4', async () => {
    const options = { version: '202611.1', environment: 'prod', prune: false };
    const { code, message } = await outcomeOf(assetsPublish(options, application(), outputs)(context()));
    expect([code, message]).toEqual([4, expect.stringContaining('has no image 202611.1; build it: slipway build')]);
    await build({ version: '202611.1', commit: 'HEAD', latest: false }, application())(context());
    expect(await assetsPublish(options, application(), outputs)(context())).toBe(0);
    expect(await keys()).toContain('assets/js/app.3f2a9c1b.js');
  });

  test('from a folder that is not in it: exit code 4, with what Docker says', async () => {
    const given = context();
    await build({ version: '202611.1', commit: 'HEAD', latest: false }, application())(given);
    const other: Application = { ...application(), assets: { fromImage: '/srv/other' } };
    const options = { version: '202611.1', environment: 'prod', prune: false };
    const { code, message } = await outcomeOf(assetsPublish(options, other, outputs)(given));
    expect([code, message]).toEqual([4, expect.stringMatching(/^Docker cannot copy \/srv\/other out of .*: .+/)]);
    expect(await keys()).toEqual([]);
  });
});

describe('slipway backup check', () => {
  lane.test('looks for the backup that RDS has made', async () => {
    const context = (now: Date) => contextAt(now);
    const check = (now: Date) => backupCheck({ environment: 'prod', maxHours: 26 })(context(now));
    expect(await check(new Date())).toBe(10);
    const database = { DBInstanceIdentifier: 'webshop-prod-mysql', DBInstanceClass: 'db.t4g.micro', Engine: 'mysql' };
    await cloud.aws.rds().send(new CreateDBInstanceCommand({ ...database, BackupRetentionPeriod: 14 }));
    expect(await check(new Date())).toBe(0);
    expect(await check(new Date(Date.now() + 27 * HOUR_MS))).toBe(10);
  });
});
