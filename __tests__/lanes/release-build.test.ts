import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProcessShell } from '../../scripts/adapters/shell';
import { build, type BuildOptions } from '../../scripts/commands/build';
import { ExitCode } from '../../scripts/domain/exit-code';
import { REGISTRY_LOGIN } from '../../scripts/rehearsal/swarm-lab/registry';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import type { Application, ImageSettings } from '../../stacks/environments/application';
import { BuildHost, standIn } from '../support/build-host';
import { CircleciServer } from '../support/circleci-server';
import { type Checkout, GitWorld } from '../support/git-world';
import { outcomeOf } from '../support/outcome';
import { recordingContext } from '../support/recording-context';
import { startSwarmLab, SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';

const { test } = SWARM_LANE;

jest.setTimeout(120_000);

const FILES = {
  Dockerfile: 'FROM scratch\nARG VERSION\nENV VERSION=$VERSION\nCOPY . /shop\nCMD ["/shop/run"]\n',
  run: 'a program\n',
  '.dockerignore': 'private.txt\n',
  'private.txt': 'not for customers\n',
  'server/docker/prod/dockerfile': 'FROM scratch\nCOPY . /server\nCMD ["/server/app"]\n',
  'server/app': 'the server\n',
};

let lab: SwarmLab;
let world: GitWorld;
let alice: Checkout;
let repository: string;
let number = 0;

beforeAll(async () => {
  if (SWARM_LANE.missing) return;
  lab = await startSwarmLab();
  await lab.registry.start({ login: true });
}, SWARM_START_MS);

afterAll(() => (SWARM_LANE.missing ? undefined : lab.stop()), SWARM_START_MS);

beforeEach(() => {
  if (SWARM_LANE.missing) return;
  world = new GitWorld(FILES);
  alice = world.clone('alice');
  // Each test has a repository of its own in the one registry.
  repository = `${lab.registry.server}/team/shop-${(number += 1)}`;
});
afterEach(() => {
  if (!SWARM_LANE.missing) world.remove();
});

interface Settings extends Partial<ImageSettings> {
  /** Address of CircleCI. */
  readonly circleci?: string;
  /** Folder with programs that are found first. */
  readonly programs?: string;
  readonly token?: string;
}

async function run(options: Partial<BuildOptions> = {}, { programs, token, circleci, ...image }: Settings = {}) {
  const env = {
    ...process.env,
    ...lab.dockerEnv,
    ...world.env,
    PATH: [programs, process.env['PATH']].filter(Boolean).join(':'),
    REGISTRY_TOKEN: token ?? REGISTRY_LOGIN.password,
    CIRCLECI_API_URL: circleci,
    CIRCLE_TOKEN: 'personal-token',
  };
  const login = { username: REGISTRY_LOGIN.username, password: { env: 'REGISTRY_TOKEN' } };
  const application: Application = {
    versions: { scheme: 'YYYYMM.N' },
    image: { repository, login, ...image },
    ...(circleci !== undefined && { ci: { project: 'gh/example-org/webshop', token: { env: 'CIRCLE_TOKEN' } } }),
  };
  const context = recordingContext({ root: alice.folder, env, shell: new ProcessShell({ env }) });
  const outcome = await outcomeOf(build({ commit: 'HEAD', latest: true, ...options }, application)(context));
  return { ...outcome, context, said: [...context.logged, ...context.printed, outcome.message].join('\n') };
}

/** What the registry has, asked by a person's own means. */
async function digestOf(tag: string): Promise<string | undefined> {
  const authorization = `Basic ${Buffer.from(`${REGISTRY_LOGIN.username}:${REGISTRY_LOGIN.password}`).toString('base64')}`;
  const [server = '', ...name] = repository.split('/');
  const accept = 'application/vnd.docker.distribution.manifest.v2+json';
  const answer = await fetch(`http://${server}/v2/${name.join('/')}/manifests/${tag}`, {
    headers: { authorization, accept },
  });
  return answer.status === 200 ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
}

/** Files of an image, from the engine that built it. */
async function filesOf(tag: string): Promise<string[]> {
  const container = await lab.docker('create', `${repository}:${tag}`);
  const archive = path.join(world.root, 'image.tar');
  await lab.docker('export', '--output', archive, container);
  await lab.docker('rm', container);
  return execFileSync('tar', ['-t', '-f', archive], { encoding: 'utf8' })
    .split('\n')
    .filter(file => /^(?:shop|server)\/./.test(file));
}

const inspect = async (tag: string, format: string) =>
  lab.docker('image', 'inspect', '--format', format, `${repository}:${tag}`);
const commitTag = () => `git-commit-${alice.git('rev-parse', '--short=7', 'HEAD')}`;

describe('slipway build', () => {
  test('pushes what is committed, and nothing else, under its commit, its version and latest', async () => {
    const commit = alice.git('rev-parse', 'HEAD');
    alice.write('half-an-idea.txt', 'not committed\n');
    alice.write('run', 'changed, and not committed\n');
    const { code, context } = await run({ version: '202611.1' });
    expect(code).toBe(ExitCode.Done);

    const digest = await digestOf('202611.1');
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect([await digestOf(commitTag()), await digestOf('latest')]).toEqual([digest, digest]);
    expect(context.printed).toEqual([`image=${repository}:202611.1\ndigest=${digest!}`]);
    expect(context.objects).toEqual([{ command: 'build', image: `${repository}:202611.1`, digest, commit }]);

    const files = await filesOf(commitTag());
    expect(files).toContain('shop/run');
    expect(files).not.toContain('shop/half-an-idea.txt');
    // Neither Git's own files nor what .dockerignore keeps out.
    expect(files.filter(file => file.includes('.git/') || file.includes('private'))).toEqual([]);
    expect(context.logged).toContain('not in the image, because it is not committed: run, half-an-idea.txt');
  });

  test('labels the image with where it comes from', async () => {
    alice.git('remote', 'set-url', 'origin', 'https://alice:secret-token@git.example.org/shop.git');
    await run({ version: '202611.1' });
    const labels = JSON.parse(await inspect(commitTag(), '{{json .Config.Labels}}')) as Record<string, string>;
    expect(labels).toEqual({
      'org.opencontainers.image.revision': alice.git('rev-parse', 'HEAD'),
      'org.opencontainers.image.version': '202611.1',
      'org.opencontainers.image.source': 'https://git.example.org/shop.git',
      'org.opencontainers.image.created': alice.git('show', '--no-patch', '--format=%cI', 'HEAD'),
    });
    expect(await inspect(commitTag(), '{{json .Config.Env}}')).toContain('VERSION=202611.1');
  });

  test('does not build twice what is there', async () => {
    await run({ version: '202611.1' });
    const programs = path.join(world.root, 'bin');
    standIn(programs, 'docker', 'echo "Docker was asked" >&2; exit 99');
    const { code, context } = await run({ version: '202611.1' }, { programs });
    expect(code).toBe(ExitCode.Done);
    expect(context.logged).toContain(`${repository}:${commitTag()} is there already`);
    expect(await digestOf('202611.1')).toBe(await digestOf(commitTag()));
  });

  test('builds again what is to say another version of itself', async () => {
    await run();
    const said = () => inspect(commitTag(), '{{index .Config.Labels "org.opencontainers.image.version"}}');
    await expect(said()).resolves.toBe(commitTag());
    expect(await run({ version: '202611.1' })).toMatchObject({ code: ExitCode.Done });
    await expect(said()).resolves.toBe('202611.1');
  });

  test('with buildpacks: pack builds, without a Dockerfile; version and labels are in the image', async () => {
    const programs = path.join(world.root, 'bin');
    // Stands for pack, whose builders no registry here has: an image of the sources under the name that it is given.
    standIn(
      programs,
      'pack',
      '[ "$1" = build ] && [ "$4" = registry.example.org/builder@sha256:abc ] || exit 9\n' +
        'printf "FROM scratch\\nCOPY . /shop\\nCMD [\\"/shop/run\\"]\\n" | docker build --tag "$2" --file - "$6"',
    );
    alice.git('rm', '--quiet', 'Dockerfile');
    alice.git('commit', '--quiet', '--message', 'Without a Dockerfile');
    const { code, message } = await run(
      { version: '202611.1' },
      { programs, retry: 0, buildpacks: 'registry.example.org/builder@sha256:abc' },
    );
    expect({ code, message }).toEqual({ code: ExitCode.Done, message: '' });
    expect(await filesOf(commitTag())).toContain('shop/run');
    await expect(inspect(commitTag(), '{{index .Config.Labels "org.opencontainers.image.revision"}}')).resolves.toBe(
      alice.git('rev-parse', 'HEAD'),
    );
    await expect(inspect(commitTag(), '{{.Config.Env}}')).resolves.toContain('VERSION=202611.1');
  });

  test('with an attestation needs buildx, and says so where there is none', async () => {
    const programs = path.join(world.root, 'bin');
    standIn(programs, 'docker', '[ "$3" != buildx ] && exec /usr/bin/docker "$@"; exit 1');
    const { code, message } = await run({ version: '202611.1' }, { programs, attest: true });
    expect(code).toBe(ExitCode.BuildFailed);
    expect(message).toMatch(/^`image\.attest` needs Docker's buildx on this machine; install docker-buildx/);
    expect(await digestOf('202611.1')).toBeUndefined();
  });

  test('never gives a version to another image, and leaves latest where it was', async () => {
    await run({ version: '202611.1' });
    const digest = await digestOf('202611.1');
    alice.commit('run', 'another program\n');
    const { code, message } = await run({ version: '202611.1' });
    expect(code).toBe(ExitCode.BuildFailed);
    expect(message).toContain(`image 202611.1 is the name of ${digest!} already`);
    expect([await digestOf('202611.1'), await digestOf('latest')]).toEqual([digest, digest]);
  });

  test('without a version there is no further tag; without --latest it stays', async () => {
    await run();
    expect([await digestOf('latest'), await digestOf(commitTag())]).toEqual([undefined, expect.any(String)]);
    await run({ version: '202611.1', latest: false });
    expect([await digestOf('latest'), await digestOf('202611.1')]).toEqual([undefined, expect.any(String)]);
  });

  test('builds from a folder, with a Dockerfile in it', async () => {
    await run({}, { context: './server/', dockerfile: 'docker/prod/dockerfile' });
    expect(await filesOf(commitTag())).toContain('server/app');
  });

  test.each([
    [{ dockerfile: 'Containerfile' }, 'Containerfile is not in commit'],
    [{ context: 'client', dockerfile: 'Dockerfile' }, 'client/Dockerfile is not in commit'],
    [{ architecture: 'arm64' }, 'is for amd64, and the nodes are arm64'],
  ] satisfies [Settings, string][])('fails when the image cannot be right: %j', async (settings, reason) => {
    const { code, message } = await run({ version: '202611.1' }, settings);
    expect([code, message]).toEqual([ExitCode.BuildFailed, expect.stringContaining(reason)]);
    expect(await digestOf('202611.1')).toBeUndefined();
  });

  test('leaves nothing behind, here and in Git', async () => {
    const before = readdirSync(tmpdir()).filter(name => /^(slipway-build-|tmp\.)/.test(name));
    await run();
    expect(readdirSync(tmpdir()).filter(name => /^(slipway-build-|tmp\.)/.test(name))).toEqual(before);
    expect(alice.git('status', '--porcelain', '--', ':(exclude).slipway')).toBe('');
  });
});

describe('a build that fails', () => {
  const logsIn = (message: string) => /read (\S+) and (\S+)$/.exec(message)?.slice(1) ?? [];

  test('is tried once more, and both logs are kept', async () => {
    const programs = path.join(world.root, 'bin');
    const docker = execFileSync('which', ['docker'], { encoding: 'utf8' }).trim();
    const mark = path.join(world.root, 'failed-once');
    standIn(
      programs,
      'docker',
      `case "$*" in *' build '*) [ -e ${mark} ] || { touch ${mark}; echo 'npm hiccup' >&2; exit 1; };; esac\nexec ${docker} "$@"`,
    );
    const { code, context } = await run({}, { programs });
    expect(code).toBe(ExitCode.Done);
    expect(context.logged).toContain('the build failed (npm hiccup); trying once more');
    const logs = readdirSync(path.join(alice.folder, '.slipway', 'logs')).sort();
    expect(logs).toHaveLength(2);
    expect(readFileSync(path.join(alice.folder, '.slipway', 'logs', logs[0]!), 'utf8')).toBe('npm hiccup\n');
  });

  test('twice: exit 4, with both logs, and nothing is named', async () => {
    alice.commit('Dockerfile', 'FROM scratch\nCOPY nowhere.txt /\n');
    const { code, message } = await run({ version: '202611.1' });
    expect(code).toBe(ExitCode.BuildFailed);
    expect(message).toMatch(/^the build of \S+ failed: .*nowhere\.txt/);
    for (const log of logsIn(message)) expect(readFileSync(log, 'utf8')).toContain('nowhere.txt');
    expect(logsIn(message)).toHaveLength(2);
    expect([await digestOf(commitTag()), await digestOf('202611.1')]).toEqual([undefined, undefined]);
  });

  test('because the registry refuses the token: exit 4, and no word of it', async () => {
    const { code, said } = await run({}, { token: 'wrong-token' });
    expect([code, said]).toEqual([ExitCode.BuildFailed, expect.stringContaining('refuses user webshop (401)')]);
    expect(said).not.toContain('wrong-token');
  });

  test('because Docker cannot log in: exit 4, and nothing of what Docker said', async () => {
    const programs = path.join(world.root, 'bin');
    standIn(programs, 'docker', 'cat >&2; exit 1');
    const { code, said } = await run({}, { programs });
    expect([code, said]).toEqual([ExitCode.BuildFailed, expect.stringContaining('refuses the login of webshop')]);
    expect(said).not.toContain(REGISTRY_LOGIN.password);
  });
});

describe('a secret', () => {
  test('is on no command line, and in no file or layer afterwards', async () => {
    const programs = path.join(world.root, 'bin');
    const docker = execFileSync('which', ['docker'], { encoding: 'utf8' }).trim();
    const calls = path.join(world.root, 'calls');
    standIn(programs, 'docker', `echo "$*" >> ${calls}\nexec ${docker} "$@"`);
    const { said } = await run({ version: '202611.1' }, { programs });
    const everything = [said, readFileSync(calls, 'utf8'), await inspect(commitTag(), '{{json .}}')].join('\n');
    expect(everything).toContain('login --username webshop --password-stdin');
    expect(everything).not.toContain(REGISTRY_LOGIN.password);
    const folder = / --config (\S+)|^--config (\S+)/m.exec(readFileSync(calls, 'utf8'))?.slice(1).find(Boolean);
    expect(() => readdirSync(folder!)).toThrow('ENOENT');
  });
});

describe('the builder ssh://', () => {
  let host: BuildHost;
  beforeAll(async () => {
    if (!SWARM_LANE.missing) host = await BuildHost.start(`unix://${lab.socket}`);
  });
  afterAll(() => (SWARM_LANE.missing ? undefined : host.stop()));

  test('builds where there is Docker, from a machine that has none', async () => {
    standIn(host.programs, 'docker', 'echo "there is no Docker here" >&2; exit 99');
    // Words that a shell would take apart.
    const args = { GREETING: `it's "5 $HOME" & more; \`date\`` };
    alice.commit('Dockerfile', 'FROM scratch\nARG GREETING\nENV GREETING=$GREETING\nCOPY . /shop\nCMD ["/shop/run"]\n');
    const { code, said } = await run(
      { version: '202611.1', builder: 'ssh://builder' },
      { programs: host.programs, args },
    );
    expect([code, said]).toEqual([ExitCode.Done, expect.any(String)]);
    expect(await digestOf('202611.1')).toBe(await digestOf(commitTag()));
    expect(await filesOf(commitTag())).toContain('shop/run');
    expect(JSON.parse(await inspect(commitTag(), '{{json .Config.Env}}'))).toContain(`GREETING=${args.GREETING}`);
  });

  test('says which machine cannot be reached', async () => {
    const { code, message } = await run({ builder: 'ssh://nobody.invalid' }, { programs: host.programs });
    expect([code, message]).toEqual([ExitCode.BuildFailed, expect.stringContaining('failed on nobody.invalid: ')]);
  });

  test('refuses what is no host', async () => {
    const { code, message } = await run({ builder: 'ssh://-oProxyCommand=x' });
    expect([code, message]).toEqual([
      ExitCode.Usage,
      expect.stringContaining('allowed is local, ci or ssh://user@host'),
    ]);
  });
});

describe('the builder ci', () => {
  let circleci: CircleciServer;
  beforeEach(async () => {
    circleci = await CircleciServer.start();
  });
  afterEach(() => circleci.stop());

  const asked = () => run({ version: '202611.1' }, { builder: 'ci', circleci: circleci.url });

  test('names what the pipeline has pushed, which gives no version itself', async () => {
    let named: readonly (string | undefined)[] = [];
    circleci.progress = [[{ name: 'build-on-demand', status: 'success' }]];
    circleci.onStart = async ({ version, commit }) => {
      // As the pipeline types it.
      await run({ version: version!, commit: commit!, builder: 'local', versionTag: false });
      named = [await digestOf('202611.1'), await digestOf('latest'), await digestOf(commitTag())];
    };
    const { code, context } = await asked();
    expect(code).toBe(ExitCode.Done);
    expect(named).toEqual([undefined, undefined, expect.any(String)]);
    expect(await digestOf('202611.1')).toBe(named[2]);
    expect(context.printed).toEqual([`image=${repository}:202611.1\ndigest=${named[2]!}`]);
    expect(await inspect(commitTag(), '{{json .Config.Env}}')).toContain('VERSION=202611.1');
    expect(circleci.started).toEqual([
      {
        branch: 'master',
        parameters: { action: 'build', version: '202611.1', commit: alice.git('rev-parse', 'HEAD') },
      },
    ]);
  });

  test('a pipeline that pushes nothing has failed, whatever it says', async () => {
    circleci.progress = [[{ name: 'build-on-demand', status: 'success' }]];
    const { code, message } = await asked();
    expect([code, message]).toEqual([
      ExitCode.BuildFailed,
      expect.stringContaining('was built, but the registry does not have it'),
    ]);
  });

  test('is not asked when the image is there', async () => {
    circleci.progress = [[{ name: 'build-on-demand', status: 'failed' }]];
    expect(await run({ version: '202611.1', versionTag: false })).toMatchObject({ code: ExitCode.Done });
    expect(await asked()).toMatchObject({ code: ExitCode.Done, message: '' });
    expect(circleci.started).toEqual([]);
  });
});
