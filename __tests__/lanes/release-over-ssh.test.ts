import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ProcessShell, type Result } from '../../scripts/adapters/shell';
import { Ssh } from '../../scripts/adapters/ssh';
import { ExitCode } from '../../scripts/domain/exit-code';
import type { Release } from '../../scripts/domain/release/release';
import { nodeBundle } from '../../scripts/node-bundle.cjs';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import { resultOf } from '../support/client-process';
import { digest } from '../support/release-documents';
import { sampleRelease } from '../support/sample-release';
import { type Called, callSlipway } from '../support/slipway-process';
import { SSH_LANE, SshServer } from '../support/ssh-server';
import { startSwarmLab, SWARM_LANE, SWARM_START_MS } from '../support/swarm-lab';

/** The whole way: from here through a real sshd and sudo to the release program, a real swarm and Traefik, and back. */
const test = SWARM_LANE.missing === undefined ? SSH_LANE.test : SWARM_LANE.test;
const isMissing = SWARM_LANE.missing !== undefined || SSH_LANE.missing !== undefined;
/** For a release to end by itself. */
const RELEASE_MS = 120_000;
const LAUNCHER = path.resolve(__dirname, '..', '..', 'scripts', 'slipway.cjs');

let lab: SwarmLab | undefined;
let node: SshServer | undefined;

jest.setTimeout(3 * RELEASE_MS);
beforeAll(async () => {
  if (isMissing) return;
  lab = await startSwarmLab();
  node = await SshServer.start({
    program: readFileSync(nodeBundle(), 'utf8'),
    nodeSettings: readFileSync(lab.writeNodeSettings(), 'utf8'),
    visible: [lab.folder],
  });
}, SWARM_START_MS);
afterAll(async () => {
  await node?.stop();
  await lab?.stop();
});

function world(): { readonly lab: SwarmLab; readonly node: SshServer } {
  if (lab === undefined || node === undefined) throw new Error('the swarm or the ssh server does not run');
  return { lab, node };
}

async function release(version: string, image?: string): Promise<Release> {
  return sampleRelease({ version, image: image ?? (await world().lab.pushVersion(version)) });
}

async function apply(document: Release): Promise<Result> {
  const server = world().node;
  const { account, host, port, identity } = server;
  const target = {
    name: 'prod',
    user: account,
    hostKey: server.hostKey(),
    identity,
    route: { via: 'direct', host, port },
  } as const;
  const ssh = new Ssh(target, process.env);
  const shell = new ProcessShell({ env: process.env });
  const result = await ssh.run(shell, ['apply'], { write: true, input: JSON.stringify(document) });
  ssh.close();
  return result;
}

function call(...words: readonly string[]): Promise<Called> {
  const { destination, port, knownHosts, identity } = world().node;
  const place = ['--host', `${destination}:${port}`, '--known-hosts', knownHosts, '--identity', identity];
  return callSlipway([...words, ...place], { CIRCLE_USERNAME: 'anna lee' });
}

async function status(): Promise<Status> {
  const { code, objects } = await call('--json', 'status', 'prod');
  expect(code).toBe(ExitCode.Done);
  return objects[0] as unknown as Status;
}

interface ExecOptions {
  readonly input?: Buffer;
  readonly options?: readonly string[];
}

interface Status {
  readonly version: string | null;
  readonly lock?: { readonly by: string };
  readonly dirty: readonly string[];
  readonly last: { readonly version: string; readonly result: string };
}

test('a release, a broken one, the way back, and what is said of them', async () => {
  expect(await apply(await release('202611.1'))).toMatchObject({ code: ExitCode.Done });
  const second = await apply(await release('202611.2'));
  expect(second).toMatchObject({
    code: ExitCode.Done,
    stdout: expect.stringMatching(/^webshop-prod now runs 202611\.2/),
  });

  const { lab: swarm } = world();
  const absent = await apply(
    await release('202611.3', `127.0.0.1:${swarm.ports.registry}/web:202611.3@${digest('f')}`),
  );
  expect(absent.code).toBe(ExitCode.VerificationFailed);
  expect(await status()).toMatchObject({ version: '202611.2', dirty: [], last: { version: '202611.3' } });

  const back = await call('rollback', 'prod', '--reason', 'basket is empty');
  expect(back).toMatchObject({ code: ExitCode.Done, message: '' });
  expect(await status()).toMatchObject({ version: '202611.1', dirty: [], last: { result: 'done' } });

  const { objects } = await call('--json', 'audit', 'prod', '--limit', '1');
  expect(objects).toEqual([expect.objectContaining({ by: 'anna lee', reason: 'basket is empty', what: 'done' })]);
  const refused = await call('rollback', 'prod', '202611.3');
  expect(refused.code).toBe(ExitCode.Refused);
  expect((await call('runbook', 'prod')).printed.join('\n')).toMatch(/^# Runbook of webshop-prod, live: 202611\.1\./);
});

describe('a command in a task', () => {
  /** Runs a command as somebody types it, with bytes for its standard input. */
  async function exec(service: string, command: readonly string[], more: ExecOptions = {}) {
    const { input = Buffer.alloc(0), options = [] } = more;
    const { destination, port, knownHosts, identity } = world().node;
    const place = ['--host', `${destination}:${port}`, '--known-hosts', knownHosts, '--identity', identity];
    const about = ['--by', 'anna', ...options, ...place];
    const child = spawn(process.execPath, [LAUNCHER, 'exec', 'prod', service, ...about, '--', ...command]);
    const bytes: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => bytes.push(chunk));
    child.stdin.end(input);
    const { code, stderr } = await resultOf(child);
    return { code, stderr, stdout: Buffer.concat(bytes) };
  }

  beforeAll(async () => {
    if (!isMissing) expect(await apply(await release('202611.5'))).toMatchObject({ code: ExitCode.Done });
  }, RELEASE_MS);

  test('gets its input as it is, gives its output as it is, and ends as it ends', async () => {
    const input = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256));
    const script = 'cat; echo "$0|$1|$2|$3" >&2; exit 42';
    const words = ['a b; echo c > /tmp/mark', '$(id) `id` && id', '--privileged', 'two\nlines \u20ac'];
    const { code, stdout, stderr } = await exec('web', ['sh', '-c', script, ...words], { input });
    expect({ code, stderr }).toEqual({ code: 42, stderr: `${words.join('|')}\n` });
    expect(stdout.equals(input)).toBe(true);
    const { objects } = await call('--json', 'audit', 'prod', '--limit', '2');
    const said = expect.stringMatching(/^\["sh","-c",.*\] in task \w+ ended with 42$/);
    expect(objects[0]).toMatchObject({ verb: 'exec web', by: 'anna', what: said });
    expect(objects[1]).toMatchObject({ what: expect.stringMatching(/^runs \["sh"/) });
  });

  test.each([
    ['exit 255', 255],
    ['kill -9 $$', 137],
    ['exit 1', 1],
  ])('that does %j ends with %d here as well', async (script, code) => {
    expect(await exec('web', ['sh', '-c', script])).toMatchObject({ code });
  });

  test('that is no program of the image is not found, and looks like no option of Docker', async () => {
    for (const command of [['no-such-program'], ['--privileged', 'sh'], ['--user=root', 'sh']]) {
      const { code, stdout, stderr } = await exec('web', command);
      expect(code === 126 || code === 127).toBe(true);
      // Where Docker says so depends on its version.
      expect(`${stdout.toString()}${stderr}`).toContain(`"${command[0]}": executable file not found`);
    }
  });

  test('has no terminal, and none of the rights that the task has not', async () => {
    const image = await world().lab.pushVersion('202611.6');
    const document = sampleRelease({ version: '202611.6', image, web: { user: '65534' } });
    expect(await apply(document)).toMatchObject({ code: ExitCode.Done });
    const { stdout } = await exec('web', ['sh', '-c', 'cat /proc/self/status; [ -t 0 ] && echo terminal']);
    expect(stdout.toString()).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
    expect(stdout.toString()).toMatch(/^CapEff:\t0000000000000000$/m);
    expect(stdout.toString()).not.toContain('terminal');
  });

  test.each([
    ['traefik', [], /has no service "traefik"; it has /],
    ['web', ['--stack', 'proxy'], /stack "proxy" is not on this node/],
    ['web', ['--stack', 'webshop-staging'], /webshop-staging has no service "web"; it has none/],
    ['../proxy_traefik', [], /has "\.\.\/proxy_traefik" as service/],
  ])('of another stack is not run: %s %j', async (service, options, says) => {
    const { code, stdout, stderr } = await exec(service, ['id'], { options });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: ExitCode.Usage, stdout: '' });
    expect(stderr).toMatch(says);
  });
});

test('a client that is killed leaves a release that ends by itself, and status tells how', async () => {
  const document = await release('202611.4');
  const server = world().node;
  const client = spawn('ssh', [...server.options(), server.destination, 'apply']);
  client.stdin.end(JSON.stringify(document));
  let said = '';
  client.stderr.on('data', chunk => (said += String(chunk)));
  await waitUntil('the release is under way', RELEASE_MS, () => Promise.resolve(/^2\. /m.test(said) || undefined));
  client.kill('SIGKILL');
  expect((await status()).lock).toMatchObject({ by: 'test' });

  const ended = await waitUntil('nobody holds the lock', RELEASE_MS, async () => {
    const seen = await status();
    return seen.lock === undefined ? seen : undefined;
  });
  expect(ended).toMatchObject({ version: '202611.4', dirty: [], last: { version: '202611.4', result: 'done' } });
});
