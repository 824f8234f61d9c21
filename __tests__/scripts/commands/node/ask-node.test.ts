import { writeFileSync } from 'node:fs';
import { askNode, type NodeQuestion } from '../../../../scripts/commands/node/ask-node';
import { ExitCode } from '../../../../scripts/domain/exit-code';
import { useTestCredentials } from '../../../support/aws-credentials';
import { AwsServer, s3Error } from '../../../support/aws-server';
import { type Answer, fakeContext } from '../../../support/fake-project';
import { outcomeOf } from '../../../support/outcome';

const OUTPUTS = {
  NodeAddress: '203.0.113.7',
  NodeInstanceId: 'i-0123456789abcdef0',
  NodeVaultName: 'example-org-webshop-prod-node',
};
const KEY_PATH = '/example-org-webshop-prod-node/nodes/i-0123456789abcdef0/ssh_host_ed25519_key.pub';
const STATUS: NodeQuestion = { environment: 'prod', words: ['status'], changes: false, json: false };

useTestCredentials();

let aws: AwsServer;
let isBooted = true;
beforeEach(async () => {
  isBooted = true;
  aws = await AwsServer.start(() =>
    isBooted ? { status: 200, body: 'ssh-ed25519 AAAAkey\n' } : s3Error(404, 'NoSuchKey', 'there is none'),
  );
});
afterEach(() => aws.stop());

interface World {
  readonly outputs?: object;
  /** What ssh answers. */
  readonly answer?: Answer;
}

async function ask(question: Partial<NodeQuestion>, { outputs = OUTPUTS, answer = () => undefined }: World = {}) {
  const context = fakeContext({ answer, env: { ...process.env, AWS_ENDPOINT_URL: aws.url, CIRCLE_USERNAME: 'anna' } });
  const action = askNode({ ...STATUS, ...question }, () => Promise.resolve({ ...outputs }));
  return { ...(await outcomeOf(action(context))), context };
}

test('the node is reached by the tunnel of AWS, and its host key is the one in the vault', async () => {
  const { code, context } = await ask({});
  expect(code).toBe(ExitCode.Done);
  expect(aws.requests.map(({ path }) => path.split('?')[0])).toEqual([KEY_PATH]);
  const [command = ''] = context.shell.commands;
  expect(command).toContain('ec2-instance-connect open-tunnel --instance-id i-0123456789abcdef0');
  expect(command).toMatch(/ -- deploy@i-0123456789abcdef0 status$/);
});

test('an environment that is not deployed has no node', async () => {
  const { message, code } = await ask({}, { outputs: {} });
  expect(message).toBe('prod has no output NodeInstanceId; deploy it first: npx cdktf deploy prod');
  expect(code).toBe(ExitCode.Usage);
});

test('a node that has not booted has no host key, and nothing else is trusted', async () => {
  isBooted = false;
  const { message, context } = await ask({});
  expect(message).toMatch(/has not said its host key yet/);
  expect(context.shell.commands).toEqual([]);
});

test('a host of one own needs its key, and a key belongs to a host', async () => {
  expect((await ask({ host: 'deploy@203.0.113.9' })).message).toMatch(/^--host needs --known-hosts/);
  expect((await ask({ knownHosts: 'file' })).message).toMatch(/^--known-hosts belongs to --host/);
  expect(aws.requests).toEqual([]);
});

test('only a change says who asks', async () => {
  const { context } = await ask({ words: ['prune'], changes: true, reason: 'disk is full' });
  expect(context.shell.written[0]).toMatch(/ prune --by anna --reason disk%20is%20full$/);
});

test.each([
  [137, /was lost, or its program killed, in the middle of status; nothing was changed/],
  [126, /^the node of prod did not run its release program \(exit code 126: sh: cannot run\)/],
])('exit code %d of the node is none of its program', async (code, reason) => {
  const answer: Answer = command => {
    const log = command[command.indexOf('-E') + 1] ?? '';
    writeFileSync(log, 'Authenticated to 203.0.113.7 using "publickey".\n');
    return { code, stderr: 'warning\nsh: cannot run\n' };
  };
  const { message, code: ended } = await ask({}, { answer });
  expect(message).toMatch(reason);
  expect(ended).toBe(ExitCode.Usage);
});
