import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { ProcessShell } from '../../scripts/adapters/shell';
import { build } from '../../scripts/commands/build';
import { verifyLocal } from '../../scripts/commands/verify/verify-local';
import { ExitCode } from '../../scripts/domain/exit-code';
import { REGISTRY_LOGIN } from '../../scripts/rehearsal/swarm-lab/registry';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import type { Application } from '../../stacks/environments/application';
import { makeDatabaseImage } from '../support/database-image';
import { type Checkout, GitWorld } from '../support/git-world';
import { outcomeOf } from '../support/outcome';
import { type RecordingContext, recordingContext } from '../support/recording-context';
import { startSwarmLab, SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';

/** A version that was built is started with a real database, by plain Docker, before anybody else gets it. */
const { test } = SWARM_LANE;
jest.setTimeout(180_000);

const APPLICATION = path.join(__dirname, 'fixtures', 'verify-local', 'application.ts');
const NOTES = '-- phase: expand\nCREATE TABLE notes (note_id INT AUTO_INCREMENT PRIMARY KEY, body TEXT NOT NULL);\n';

let lab: SwarmLab;
let world: GitWorld;
let alice: Checkout;
let application: Application;

beforeAll(async () => {
  if (SWARM_LANE.missing) return;
  lab = await startSwarmLab();
  const base = await lab.pushVersion('base');
  await lab.docker('pull', base);
  await lab.registry.start({ login: true });
  const { outputFiles } = buildSync({ entryPoints: [APPLICATION], bundle: true, platform: 'node', write: false });
  world = new GitWorld({
    Dockerfile: [
      `FROM ${base.split('@')[0] ?? ''} AS node`,
      // Without the variables of that image, one of which is VERSION.
      'FROM scratch',
      'COPY --from=node / /',
      'ARG VERSION',
      'ENV PATH=/bin VERSION=$VERSION',
      'COPY breaks app.cjs /shop/',
      'CMD ["sh", "-c", "BREAKS=$(cat /shop/breaks) exec node /shop/app.cjs"]',
      '',
    ].join('\n'),
    breaks: 'nothing',
    'app.cjs': outputFiles[0]?.text ?? '',
    'migrations/(1) notes.sql': NOTES,
    'migrations/(1) notes.rollback.sql': 'DROP TABLE notes;\n',
    'seed.sql': "INSERT INTO notes (body) VALUES ('the first; note');\nINSERT INTO notes (body) VALUES ('another');\n",
  });
  alice = world.clone('alice');
  application = {
    versions: { scheme: 'YYYYMM.N' },
    image: {
      repository: `${lab.registry.server}/team/shop`,
      login: { username: REGISTRY_LOGIN.username, password: { env: 'REGISTRY_TOKEN' } },
    },
    swarm: {
      services: {
        web: {
          environment: { PORT: '8080' },
          secrets: [{ source: 'database-url' }],
          configs: [{ source: 'motto', target: '/etc/motto' }],
          user: '65534',
          tmpfs: ['/tmp:size=16M'],
          healthcheck: { test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/healthz'] },
          deploy: { resources: { limits: { memory: '256M' } } },
        },
        worker: {
          command: ['sh', '-c', 'cat /etc/motto && sleep 600'],
          healthcheck: { test: ['NONE'] },
          configs: [{ source: 'motto', target: '/etc/motto' }],
          volumes: [{ type: 'volume', source: 'queue', target: '/queue' }],
          deploy: { resources: { limits: { memory: '64M' } } },
        },
      },
      configs: { motto: { content: 'well begun\n' } },
      volumes: { queue: {} },
      routes: { web: { port: 8080 } },
      check: { path: '/healthz', version: { path: '/version' }, smoke: ['/', '/broken'] },
      deadlineSeconds: 20,
      migrations: {},
    },
    verify: {
      database: await makeDatabaseImage(lab),
      secrets: { 'database-url': '{database-url}' },
      variables: { GREETING: 'hello' },
      seed: 'seed.sql',
    },
  };
}, SWARM_START_MS);

afterAll(async () => {
  if (SWARM_LANE.missing) return;
  world.remove();
  await lab.stop();
}, SWARM_START_MS);

function contextOf(): RecordingContext {
  const env = { ...process.env, ...lab.dockerEnv, ...world.env, REGISTRY_TOKEN: REGISTRY_LOGIN.password };
  return recordingContext({ root: alice.folder, env, shell: new ProcessShell({ env }) });
}

/** Builds what is committed as a version. */
async function built(version: string): Promise<void> {
  const outcome = await outcomeOf(build({ commit: 'HEAD', latest: false, version }, application)(contextOf()));
  expect(outcome).toMatchObject({ code: ExitCode.Done });
}

async function commit(file: string, content: string): Promise<void> {
  alice.commit(file, content);
  alice.git('push', '--quiet', 'origin', 'HEAD:develop');
  return Promise.resolve();
}

async function verified(version: string, context = contextOf()) {
  const outcome = await outcomeOf(verifyLocal({ version }, application)(context));
  return { ...outcome, ...context };
}

/** Everything in the engine and the temporary folder that a verification may have left. */
async function left(): Promise<readonly string[]> {
  const found = await Promise.all([
    lab.docker('ps', '--all', '--quiet', '--filter', 'label=slipway.verify'),
    lab.docker('network', 'ls', '--quiet', '--filter', 'label=slipway.verify'),
    lab.docker('volume', 'ls', '--quiet', '--filter', 'name=slipway-verify'),
  ]);
  const folders = readdirSync(tmpdir()).filter(name => name.startsWith('slipway-verify-'));
  return [...found.flatMap(text => text.split('\n')), ...folders].filter(Boolean);
}

afterEach(async () => {
  if (SWARM_LANE.missing === undefined) expect(await left()).toEqual([]);
});

test('a version that works is started with a migrated database, asked, and gone', async () => {
  await built('202611.1');
  const { code, printed, objects } = await verified('202611.1');
  const rows = printed.filter(line => /^(pass|FAIL)/.test(line));
  expect(rows[0]).toMatch(/^pass {2}image [0-9a-f]{12}$/);
  expect(rows.slice(1)).toEqual([
    'pass  database slipway-lab/mariadb:1',
    'pass  migrations',
    'pass  seed seed.sql',
    'pass  web starts',
    'pass  worker starts',
    'pass  web is healthy',
    'pass  worker is healthy',
    'pass  web /healthz',
    'pass  web version',
    'pass  web /',
    'pass  web /broken',
  ]);
  expect(code).toBe(ExitCode.Done);
  expect(objects.at(-1)).toMatchObject({ command: 'verify local', version: '202611.1', passed: true });
});

test('a page that answers 500 is told of, with all that was right', async () => {
  await commit('breaks', 'page');
  await built('202611.2');
  const { code, message, printed, logged, objects } = await verified('202611.2');
  expect(printed).toContainEqual(expect.stringMatching(/^FAIL {2}web \/broken +\/broken answers 500$/));
  expect(printed.filter(line => line.startsWith('pass'))).toHaveLength(11);
  expect(message).toMatch(/^202611\.2 \(sha256:.*\) is not fit: web \/broken: \/broken answers 500/);
  expect(code).toBe(ExitCode.VerificationFailed);
  expect(logged.join('\n')).toMatch(/last lines of web:\n {2}GET .*GET localhost \/broken/s);
  expect(objects.at(-1)).toMatchObject({ passed: false });
});

test.each([
  ['health', /web is not healthy after 20 s: its health check ends with 1/],
  ['start', /^web ended with 3$/],
])('a version that breaks at its %s says so', async (breaks, says) => {
  await commit('breaks', breaks);
  await built(`202611.3-${breaks}`);
  const { code, message, printed } = await verified(`202611.3-${breaks}`);
  expect(message).toMatch(says);
  expect(printed.at(-1)).toMatch(/^FAIL {2}web is healthy/);
  expect(code).toBe(ExitCode.VerificationFailed);
});

test('a migration that fails is code 8, and nothing is started', async () => {
  await commit('breaks', 'nothing');
  alice.write('migrations/(2) more.rollback.sql', 'ALTER TABLE notes DROP COLUMN more;\n');
  alice.git('add', '.');
  await commit('migrations/(2) more.sql', '-- phase: expand\nALTER TABLE note ADD COLUMN more INT;\n');
  await built('202611.4');
  const { code, printed } = await verified('202611.4');
  expect(code).toBe(ExitCode.MigrationFailed);
  expect(printed.at(-1)).toMatch(/^FAIL {2}migrations/);
});

test('Ctrl-C ends it, and removes what was started', async () => {
  const context = contextOf();
  const run = verified('202611.3-health', context);
  await waitUntil('database and services run', 60_000, async () => {
    const ids = await lab.docker('ps', '--quiet', '--filter', 'label=slipway.verify');
    return ids.split('\n').length === 3 || undefined;
  });
  context.interruption.abort();
  const { code, message } = await run;
  expect({ code, message }).toMatchObject({ code: ExitCode.VerificationFailed, message: /interrupted/ });
});

test('a version that was never built, or a secret without a value, is told of before anything runs', async () => {
  const absent = await verified('209901.1');
  expect(absent).toMatchObject({ code: ExitCode.Refused, message: expect.stringContaining('slipway build 209901.1') });
  const { verify: _, ...bare } = application;
  const outcome = await outcomeOf(
    verifyLocal({ version: '202611.1' }, { ...bare, verify: { database: false } })(contextOf()),
  );
  expect(outcome).toMatchObject({
    code: ExitCode.Usage,
    message: expect.stringContaining('secret database-url of web'),
  });
  expect(existsSync(alice.folder)).toBe(true);
});
