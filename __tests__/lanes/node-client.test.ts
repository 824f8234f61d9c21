import * as fs from 'node:fs';
import * as path from 'node:path';
import { ExitCode } from '../../scripts/domain/exit-code';
import { waitUntil } from '../../scripts/rehearsal/swarm-lab/wait-until';
import { type Called, callSlipway, startSlipway } from '../support/slipway-process';
import { makeKey, SSH_LANE, SshServer } from '../support/ssh-server';

/** Says what it was asked, and ends as /etc/slipway/end says: with a code, or never. */
const STAND_IN = `#!/bin/sh
echo 'work begins' >&2
case "$SSH_ORIGINAL_COMMAND" in
  *' --json') printf '{"asked":"%s"}\\n' "$SSH_ORIGINAL_COMMAND" ;;
  *) printf 'asked: %s\\n' "$SSH_ORIGINAL_COMMAND" ;;
esac
read -r end </etc/slipway/end
[ "$end" = never ] && exec sleep 600
exit "$end"
`;
const ABOUT = '--by anna%20lee --run-url https%3A%2F%2Fci.example.org%2F7';
const PIPELINE = { CIRCLE_USERNAME: 'anna lee', CIRCLE_BUILD_URL: 'https://ci.example.org/7' };
/** A place at which nobody answers. */
const NOBODY = { host: 'deploy@127.0.0.1:1' };
/** The slower of a starting `slipway` and a starting sshd. */
const WAIT_MS = 30_000;

const test = SSH_LANE.test;
let node: SshServer | undefined;
jest.setTimeout(120_000);
beforeAll(async () => {
  if (SSH_LANE.missing === undefined) node = await SshServer.start({ program: STAND_IN });
});
afterAll(() => node?.stop());

/** Words that put this node in the place of the environment's. */
function at(settings: Partial<Place> = {}): readonly string[] {
  const { host, knownHosts, identity } = { ...placeOf(running()), ...settings };
  return ['--host', host, '--known-hosts', knownHosts, '--identity', identity];
}

function call(words: readonly string[], settings: Partial<Place> = {}): Promise<Called> {
  return callSlipway([...words, ...at(settings)], PIPELINE);
}

interface Place {
  readonly host: string;
  readonly knownHosts: string;
  readonly identity: string;
}

function running(): SshServer {
  if (node === undefined) throw new Error('the ssh server does not run');
  return node;
}

function placeOf({ destination, port, knownHosts, identity }: SshServer): Place {
  return { host: `${destination}:${port}`, knownHosts, identity };
}

/** Says how the program on the node ends from now on. */
function endsWith(end: number | 'never'): void {
  fs.writeFileSync(path.join(running().folder, 'etc/slipway/end'), `${end}\n`);
}

/** What works on the node for as long as nobody ends it. */
function sleepers() {
  return running()
    .processes()
    .filter(({ command: [name] }) => name === 'sleep');
}

/** Ends processes of the node whose title fits, once the program has begun to work. */
async function killOnceItWorks(title: RegExp): Promise<void> {
  await waitUntil('the program works', WAIT_MS, () => Promise.resolve(sleepers().length === 1 || undefined));
  for (const { pid, command } of running().processes()) {
    if (title.test(command.join(' '))) process.kill(pid, 'SIGKILL');
  }
}

describe('a verb that is typed here', () => {
  test.each<[code: ExitCode, typed: readonly string[], asked: string]>([
    [ExitCode.Done, ['status', 'prod'], 'status'],
    [ExitCode.Done, ['runbook', 'prod', '--stack', 'webshop-staging'], 'runbook --stack webshop-staging'],
    [ExitCode.Usage, ['logs', 'prod', 'web', '--lines', '5'], 'logs web --lines 5'],
    [ExitCode.Done, ['releases', 'prod', '--limit', '3'], 'releases --limit 3'],
    [ExitCode.Done, ['audit', 'prod'], 'audit'],
    [
      ExitCode.Locked,
      ['lock', 'prod', '--reason', 'by hand; now'],
      `lock ${ABOUT.replace(' --run', ' --reason by%20hand%3B%20now --run')}`,
    ],
    [ExitCode.Locked, ['unlock', 'prod'], `unlock ${ABOUT}`],
    [
      ExitCode.VerificationFailed,
      ['rollback', 'prod', '#12', '--override', 'schema', '--reason', 'empty'],
      `rollback #12 ${ABOUT.replace(' --run', ' --reason schema%20overridden%3A%20empty --run')}`,
    ],
    [ExitCode.RolledBack, ['continue', 'prod'], `continue ${ABOUT}`],
    [
      ExitCode.RolledBack,
      ['canary', 'prod', 'promote', '--by', 'ops'],
      `canary promote ${ABOUT.replace('anna%20lee', 'ops')}`,
    ],
    [ExitCode.RollbackFailed, ['abort', 'prod'], `abort ${ABOUT}`],
    [ExitCode.Refused, ['scale', 'prod', 'web=3', 'worker=1'], `scale web=3 worker=1 ${ABOUT}`],
    [
      ExitCode.RolledBack,
      ['watch', 'prod', '--only', '--minutes', '5', '--slow-ms', '900'],
      `watch --minutes 5 --only --slow-ms 900 ${ABOUT}`,
    ],
    [ExitCode.Done, ['prune', 'prod'], `prune ${ABOUT}`],
    [
      ExitCode.Done,
      ['maintenance', 'prod', 'on', '--allow-ip', '203.0.113.7', '2001:db8::/32'],
      `maintenance on --allow-ip 203.0.113.7 --allow-ip 2001:db8::/32 ${ABOUT}`,
    ],
  ])('arrives as it was meant, and ends with %d as there: %j', async (code, typed, asked) => {
    endsWith(code);
    const { printed, ...called } = await call(typed);
    expect(called).toMatchObject({ code, logged: ['work begins'] });
    expect(printed).toEqual([`asked: ${asked}`]);
  });

  test('gives JSON lines with --json, and nothing else', async () => {
    endsWith(9);
    const { stdout, stderr, code } = await startSlipway(['--json', 'status', 'prod', ...at()]).ended;
    expect({ stdout, stderr, code }).toEqual({
      stdout: '{"asked":"status --json"}\n',
      stderr: 'work begins\n',
      code: ExitCode.Refused,
    });
  });

  test('changes nothing with --dry-run, and connects to nobody', async () => {
    const { printed, code } = await call(['--dry-run', 'prune', 'prod'], NOBODY);
    expect({ printed, code }).toEqual({ printed: [`would ask the node of prod: prune ${ABOUT}`], code: ExitCode.Done });
  });
});

describe('a command that is to run in a task', () => {
  const exec = (...command: readonly string[]) =>
    startSlipway(['exec', 'prod', 'web', '--by', 'anna', '--reason', 'why', ...at(), '--', ...command]);
  const asked = (words: string) => `asked: exec web --by anna --reason why -- ${words}\n`;

  // 255 is what PHP ends with when it fails, and what ssh ends with when it does.
  test.each([0, 2, 42, 126, 137, 143, 255])('ends with %d as it ends there', async code => {
    endsWith(code);
    const { stderr, ...ended } = await exec('php', '-v').ended;
    expect(ended).toEqual({ code, stdout: asked('php -v') });
    expect(stderr).toBe('work begins\n');
  });

  test('arrives word by word, whatever is in a word', async () => {
    endsWith(0);
    const { stdout } = await exec('sh', '-c', 'echo "$HOME"; id', '--json', '\u20ac\n').ended;
    expect(stdout).toBe(asked('sh -c echo%20%22%24HOME%22%3B%20id --json %E2%82%AC%0A'));
  });

  test.each<[what: string, lose: (run: ReturnType<typeof startSlipway>) => Promise<void>]>([
    ['sshd is killed', () => killOnceItWorks(/^sshd: deploy/)],
    [
      'somebody presses Ctrl-C',
      async run => {
        await killOnceItWorks(/^nobody$/);
        run.interrupt();
      },
    ],
  ])('goes on when %s', async (_what, lose) => {
    endsWith('never');
    for (const { pid } of sleepers()) process.kill(pid, 'SIGKILL');
    await waitUntil('nothing runs', WAIT_MS, () => Promise.resolve(sleepers().length === 0 || undefined));
    const run = exec('php');
    await lose(run);
    const { stderr, code } = await run.ended;
    expect(stderr).toMatch(
      /^slipway: the connection to the node of prod was lost.* in the middle of exec; it may go on/m,
    );
    expect(code).toBe(ExitCode.Unknown);
    expect(sleepers()).toHaveLength(1);
  });

  test('without a connection is not run', async () => {
    const command = startSlipway(['exec', 'prod', 'web', ...at({ identity: '/nowhere' }), '--', 'id']);
    expect(await command.ended).toMatchObject({
      code: ExitCode.Usage,
      stdout: '',
      stderr: expect.stringContaining('slipway: ssh'),
    });
  });
});

describe('a connection that does not come about', () => {
  test.each<[what: string, change: (node: SshServer) => Partial<Place>, reason: RegExp]>([
    [
      'another key',
      ({ folder }) => {
        makeKey(path.join(folder, 'client', 'other'));
        return { identity: path.join(folder, 'client', 'other') };
      },
      /^ssh to the node of prod: the node does not know this key; .*Permission denied \(publickey\)/,
    ],
    [
      'another host key',
      server => {
        const knownHosts = path.join(server.folder, 'client', 'other_hosts');
        const key = makeKey(path.join(server.folder, 'client', 'other-host'));
        fs.writeFileSync(knownHosts, `[${server.host}]:${server.port} ${key}\n`);
        return { knownHosts };
      },
      /^ssh to the node of prod: what answers there has another host key/,
    ],
    [
      'a port that nobody listens on',
      ({ folder }) => {
        const knownHosts = path.join(folder, 'client', 'nobody');
        fs.writeFileSync(knownHosts, `[127.0.0.1]:1 ${running().hostKey()}\n`);
        return { host: 'deploy@127.0.0.1:1', knownHosts };
      },
      /^ssh to the node of prod: the node cannot be reached; .*Connection refused/,
    ],
    [
      'a host whose key is not known',
      () => ({ host: 'deploy@127.0.0.1:2' }),
      /has no ssh-ed25519 key of 127\.0\.0\.1, port 2/,
    ],
    ['a file that is not there', () => ({ knownHosts: '/nowhere' }), /--known-hosts \/nowhere cannot be read/],
    ['a host that is an option', () => ({ host: '-oProxyCommand=id' }), /^--host is "-oProxyCommand=id", allowed is/],
  ])('is explained in one line, exit code 2: %s', async (_what, change, reason) => {
    endsWith(0);
    const { message, code, printed } = await call(['prune', 'prod'], change(running()));
    expect(message).toMatch(reason);
    expect(message).not.toContain('\n');
    expect({ code, printed }).toEqual({ code: ExitCode.Usage, printed: [] });
  });

  test('words that the node would refuse are refused before', async () => {
    const { message, code } = await call(['scale', 'prod', 'web=1000'], NOBODY);
    expect(message).toMatch(/^scale has "web=1000" as count; allowed is/);
    expect(code).toBe(ExitCode.Usage);
  });
});

describe('a connection that is lost in the middle', () => {
  const LOST = 'the connection to the node of prod was lost, or its program killed, in the middle of';

  beforeEach(async () => {
    endsWith('never');
    // What is left of the test before: the program goes on when its client is gone.
    for (const { pid } of sleepers()) process.kill(pid, 'SIGKILL');
    await waitUntil('nothing runs', WAIT_MS, () => Promise.resolve(sleepers().length === 0 || undefined));
  });

  test.each([
    ['sshd is killed', /^sshd: deploy/],
    ['the program is killed', /^sleep/],
  ])('is no success and no failure when %s: ask how it ended', async (_what, victim) => {
    const called = call(['prune', 'prod', '--stack', 'webshop-staging']);
    await killOnceItWorks(victim);
    expect(await called).toMatchObject({
      message: `${LOST} prune; it may go on there, ask how it ended: slipway status prod --stack webshop-staging`,
      code: ExitCode.Unknown,
    });
  });

  test('so is Ctrl-C, and the program goes on', async () => {
    const run = startSlipway(['prune', 'prod', ...at()]);
    await waitUntil('the program works', WAIT_MS, () => Promise.resolve(sleepers().length === 1 || undefined));
    run.interrupt();
    const { stderr, code } = await run.ended;
    expect(stderr).toBe(
      `work begins\nslipway: ${LOST} prune; it may go on there, ask how it ended: slipway status prod\n`,
    );
    expect(code).toBe(ExitCode.Unknown);
    expect(sleepers()).toHaveLength(1);
  });

  test('of a question is no answer', async () => {
    const called = call(['status', 'prod']);
    await killOnceItWorks(/^sshd: deploy/);
    expect(await called).toMatchObject({
      message: `${LOST} status; nothing was changed, type it again`,
      code: ExitCode.Usage,
    });
  });
});

test('a node without its program says so', async () => {
  const program = path.join(running().folder, 'bin/deploy');
  fs.renameSync(program, `${program}.away`);
  const { message, code } = await call(['status', 'prod']);
  fs.renameSync(`${program}.away`, program);
  expect(message).toMatch(/^the node of prod did not run its release program \(exit code 1: sudo: /);
  expect(code).toBe(ExitCode.Usage);
});
