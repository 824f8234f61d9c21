import { readFileSync } from 'node:fs';
import { nodeBundle } from '../../scripts/node-bundle.cjs';
import { WatchedService } from '../support/watched-service';
import type { Attempt } from './fixtures/ssh-attempts/attempt';
import { NodeUnderAttack } from '../support/node-under-attack';
import { SSH_LANE, SshServer, type SshServerOptions, type Weaken } from '../support/ssh-server';
import { FORWARDS, socks } from './fixtures/ssh-attempts/forwards';
import { LOG_INS } from './fixtures/ssh-attempts/log-ins';
import { PROGRAMS } from './fixtures/ssh-attempts/programs';
import { RELEASES } from './fixtures/ssh-attempts/releases';
import { SESSIONS } from './fixtures/ssh-attempts/sessions';
import { SUDO } from './fixtures/ssh-attempts/sudo';
import { NO_FORCED_COMMAND, WEAKNESSES, WEAK_SUDO } from './fixtures/ssh-attempts/weaknesses';
import { WORDS } from './fixtures/ssh-attempts/words';

const NODE = { forwardPort: 3306 };
const test = SSH_LANE.test;

jest.setTimeout(60_000);

/** A node with traps that runs the release program. */
async function startNode(options: Pick<SshServerOptions, 'forwardPort' | 'weaken'>): Promise<NodeUnderAttack> {
  return NodeUnderAttack.prepare(await SshServer.start({ ...options, program: readFileSync(nodeBundle(), 'utf8') }));
}

/** Attempts at one node. */
function attemptsAt(attempts: readonly Attempt[], weaken?: Weaken): void {
  let node: NodeUnderAttack | undefined;

  beforeAll(async () => {
    if (SSH_LANE.missing === undefined) node = await startNode({ ...NODE, ...(weaken && { weaken }) });
  });
  afterAll(() => node?.stop());

  test.each(attempts)('is refused $name', async attempt => {
    expect(await node?.violations(attempt)).toEqual([]);
  });
}

describe('a holder of a deploy key', () =>
  attemptsAt([...WORDS, ...PROGRAMS, ...FORWARDS, ...SESSIONS, ...LOG_INS, ...RELEASES]));

describe('a holder of a key without a forced command', () => attemptsAt(SUDO, NO_FORCED_COMMAND));

describe('a forward', () => {
  test('to the port of the database is what a key may have', async () => {
    const database = await WatchedService.start('the database');
    const node = await startNode({ forwardPort: database.port });
    const place = `127.0.0.1:${database.port}`;
    expect(await node.sshWith(['-W', place])).toMatchObject({ code: 0, stdout: 'the database' });
    expect((await node.through(local => ['-L', `${local}:${place}`])).stdout).toBe('the database');
    expect((await node.through(local => ['-D', `${local}`], socks(database.port))).stdout).toContain('the database');
    expect(database.visits).toBe(3);
    await node.stop();
    await database.stop();
  });

  test('is not what a key has where there is no such port', async () => {
    const database = await WatchedService.start('the database');
    const node = await startNode({});
    const { code, stderr } = await node.sshWith(['-W', `127.0.0.1:${database.port}`]);
    expect({ code, stderr }).toEqual({ code: 255, stderr: expect.stringMatching(/administratively prohibited/) });
    expect(database.visits).toBe(0);
    await node.stop();
    await database.stop();
  });
});

describe('each line has its weight', () => {
  test.each([...WEAKNESSES, ...WEAK_SUDO])('without $name', async ({ weaken, attempt, shows }) => {
    const node = await startNode({ ...NODE, weaken });
    const violations = await node.violations(attempt);
    await node.stop();
    expect(violations.join('\n')).toMatch(shows);
  });
});
