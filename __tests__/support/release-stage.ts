import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ProcessShell } from '../../scripts/adapters/shell';
import type { Inventory } from '../../scripts/domain/ssh/inventory';
import type { Load } from '../../scripts/load/start-load';
import { nodeBundle } from '../../scripts/node-bundle.cjs';
import type { DatabaseServer } from '../../scripts/rehearsal/database-lab/database-server';
import { cacheFolder } from '../../scripts/rehearsal/database-lab/programs';
import { type EmulatedAws, emulatedEnvironment, startEmulatedAws } from '../../scripts/rehearsal/emulated-aws';
import { pythonEnvironment } from '../../scripts/rehearsal/python-environment';
import { REGISTRY_LOGIN } from '../../scripts/rehearsal/swarm-lab/registry';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import type { Application } from '../../stacks/environments/application';
import { databaseTls } from './certificates';
import { CloudflareServer } from './cloudflare-server';
import { DATABASE_LANES } from './database-servers';
import { type Checkout, GitWorld } from './git-world';
import { Project } from './project';
import { publicLoad } from './public-load';
import { SHOP } from './shop';
import { SlackServer } from './slack-server';
import { SSH_LANE, SshServer } from './ssh-server';
import { startSwarmLab, SWARM_LANE } from './swarm-lab';

const ROOT = path.join(__dirname, '..', '..');
const REGION = 'eu-central-1';
const ENVIRONMENTS = { dev: 'dev.example.org', prod: 'example.org' } as const;
type Name = keyof typeof ENVIRONMENTS;

/** Bucket of the assets, once a test has made it. */
export const ASSET_BUCKET = 'example-org-webshop-assets';

/** Values that nobody may read anywhere: each is in the one place where it belongs. */
export const SECRETS = {
  registry: REGISTRY_LOGIN.password,
  database: 'marked-database-password',
  appKey: 'marked-application-key',
  cloudflare: 'purge-token',
  slack: 'T000/B000/secret',
} as const;

const LANES = [SWARM_LANE, SSH_LANE, DATABASE_LANES[0]!];
/** A lane that needs a swarm, a node's sshd and a database. */
export const STAGE_LANE = LANES.find(({ missing }) => missing !== undefined) ?? SWARM_LANE;

/**
 * Everything that a release of a shop touches, real but for AWS and the services on the internet: a Git remote, a registry with a
 * password, a swarm with Traefik that serves dev and prod behind the restricted account's sshd, MariaDB behind that node's
 * forward, an emulated AWS, and servers that check what they are sent as Slack and Cloudflare do.
 */
export class ReleaseStage {
  /** What every command has printed, and the command lines of what it has started. */
  readonly said: string[] = [];

  private constructor(
    readonly folder: string,
    readonly lab: SwarmLab,
    readonly node: SshServer,
    readonly database: DatabaseServer,
    readonly aws: EmulatedAws,
    readonly slack: SlackServer,
    readonly cloudflare: CloudflareServer,
    readonly git: GitWorld,
    private readonly base: string,
    /** How everything ends, the last first. */
    private readonly ends: (() => Promise<unknown>)[],
  ) {}

  /** @param files  of the first commit, beside the shop's own */
  static async open(files: Readonly<Record<string, string>> = {}): Promise<ReleaseStage> {
    const ends: (() => Promise<unknown>)[] = [];
    try {
      return await ReleaseStage.build(files, ends);
    } catch (error) {
      for (const end of ends.reverse()) await end();
      throw error;
    }
  }

  private static async build(
    files: Readonly<Record<string, string>>,
    ends: (() => Promise<unknown>)[],
  ): Promise<ReleaseStage> {
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-stage-'));
    ends.push(async () => rmSync(folder, { recursive: true }));
    const aws = await emulator(folder);
    ends.push(() => aws.service.stop());
    const lab = await startSwarmLab();
    ends.push(() => lab.stop());
    const base = await lab.pushBase();
    await lab.registry.start({ login: true });
    const database = await DATABASE_LANES[0]!.open({ variables: databaseTls(folder) });
    ends.push(() => database.stop());
    const stacks = Object.entries(ENVIRONMENTS).map(([name, domain]) => [
      `webshop-${name}`,
      { hostnames: name === 'prod' ? [domain, `www.${domain}`] : [domain], parameterPath: `/webshop/${name}` },
    ]);
    const node = await SshServer.start({
      program: readFileSync(nodeBundle(), 'utf8'),
      nodeSettings: readFileSync(lab.writeNodeSettings({ stacks: Object.fromEntries(stacks) as never }), 'utf8'),
      forwardPort: database.port,
      visible: [lab.folder],
    });
    ends.push(() => node.stop());
    const [slack, cloudflare] = [await SlackServer.start(), await CloudflareServer.start('example.org')];
    ends.push(
      () => slack.stop(),
      () => cloudflare.stop(),
    );
    const git = new GitWorld({ ...SHOP, ...files });
    ends.push(async () => git.remove());
    const stage = new ReleaseStage(folder, lab, node, database, aws, slack, cloudflare, git, base, ends);
    await stage.fill();
    return stage;
  }

  /** The project of a person, with the data of an application that they have filled in. */
  project(person: Checkout, application: Partial<Application>): Project {
    const { lab, base, cloudflare } = this;
    const { image, ...rest } = application;
    const data: Application = {
      repository: person.folder,
      versions: { scheme: 'YYYYMM.N', files: [{ file: 'version.txt', plain: true }] },
      environments: { staging: 'dev', production: 'prod' },
      image: {
        repository: `${lab.registry.server}/shop`,
        login: { username: REGISTRY_LOGIN.username, password: { env: 'REGISTRY_TOKEN' } },
        args: { BASE: base },
        ...image,
      },
      notify: { webhook: { env: 'SLACK_WEBHOOK' }, owner: 'U012AB3CD' },
      cdn: { token: { env: 'CLOUDFLARE_TOKEN' }, zones: [{ zone: 'example.org', hosts: ['www.example.org'] }] },
      ...rest,
    };
    const env = {
      ...process.env,
      ...lab.dockerEnv,
      ...person.env,
      ...emulatedEnvironment(this.aws.url, REGION),
      HTTP_PROXY: undefined,
      SLIPWAY_INVENTORY: this.inventory(),
      SLIPWAY_DATABASE_CA: path.join(this.folder, 'ca.pem'),
      REGISTRY_TOKEN: SECRETS.registry,
      SLACK_WEBHOOK: this.slack.webhook,
      CLOUDFLARE_TOKEN: SECRETS.cloudflare,
      CLOUDFLARE_API_URL: cloudflare.url,
    };
    const project = new Project(data, env, this.said);
    this.ends.push(async () => project.remove());
    return project;
  }

  /** Settings of an AWS client for the emulator. */
  get awsClient() {
    const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };
    return { region: REGION, endpoint: this.aws.url, credentials };
  }

  /** Visitors of an environment, until the stage closes. */
  async visitors(name: Name): Promise<Load> {
    const load = await publicLoad(this, { host: ENVIRONMENTS[name], rate: 20 });
    this.ends.push(() => load.stop());
    return load;
  }

  /** Rows of a query on an environment's database. */
  async rows(name: Name, query: string): Promise<unknown> {
    const connection = await this.database.connect(`webshop_${name}`);
    const [rows] = await connection.query(query);
    await connection.end();
    return rows;
  }

  async close(): Promise<void> {
    for (const end of this.ends.splice(0).reverse()) await end();
  }

  /** What only a running stage has: schemas with their users, secrets in the emulated SSM and in the node's view of it. */
  private async fill(): Promise<void> {
    const bin = path.join(this.node.folder, 'bin');
    copyFileSync(path.join(ROOT, '__tests__/lanes/fixtures/stand-in-aws.sh'), path.join(bin, 'aws'));
    chmodSync(path.join(bin, 'aws'), 0o755);
    const admin = await this.database.connect();
    await admin.query(`CREATE USER shop@'%' IDENTIFIED BY '${SECRETS.database}' REQUIRE SSL`);
    const ssm = new SSMClient(this.awsClient);
    for (const name of Object.keys(ENVIRONMENTS)) {
      await this.database.createSchema(`webshop_${name}`);
      await admin.query(`GRANT ALL ON \`webshop\\_${name}\`.* TO shop@'%'`);
      const secrets = {
        'database-url': `mysql://shop:${SECRETS.database}@database.example.org/webshop_${name}`,
        'app-key': SECRETS.appKey,
        'registry-token': SECRETS.registry,
      };
      const folder = path.join(bin, 'parameters', 'webshop', name, 'secrets');
      mkdirSync(folder, { recursive: true });
      for (const [secret, value] of Object.entries(secrets)) {
        writeFileSync(path.join(folder, secret), value);
        const Name = `/webshop/${name}/secrets/${secret}`;
        await ssm.send(new PutParameterCommand({ Name, Value: value, Type: 'SecureString' }));
      }
    }
    await admin.end();
    ssm.destroy();
  }

  private inventory(): string {
    const { node, lab, database } = this;
    const entry = {
      outputs: { DatabaseEndpoint: 'localhost', AssetBucketName: ASSET_BUCKET },
      hostKey: node.hostKey(),
      host: `${node.destination}:${node.port}`,
      identity: node.identity,
      address: `127.0.0.1:${lab.ports.https}`,
      databasePort: database.port,
    };
    const inventory: Inventory = { dev: entry, prod: entry };
    const file = path.join(this.folder, 'inventory.json');
    writeFileSync(file, JSON.stringify(inventory));
    return file;
  }
}

async function emulator(work: string): Promise<EmulatedAws> {
  const shell = new ProcessShell({ env: process.env });
  const { signal } = new AbortController();
  const requirements = path.join(ROOT, 'scripts/rehearsal/requirements.txt');
  const python = await pythonEnvironment(shell, cacheFolder(process.env), requirements, signal);
  const scripts = path.join(ROOT, 'scripts', 'rehearsal');
  return startEmulatedAws({ python, scripts, work, env: process.env, signal });
}
