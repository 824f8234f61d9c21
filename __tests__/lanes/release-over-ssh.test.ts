import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ProcessShell, type Result } from '../../scripts/adapters/shell';
import { Ssh } from '../../scripts/adapters/ssh';
import { ExitCode } from '../../scripts/domain/exit-code';
import type { Release } from '../../scripts/domain/release/release';
import { nodeBundle } from '../../scripts/node-bundle.cjs';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
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
