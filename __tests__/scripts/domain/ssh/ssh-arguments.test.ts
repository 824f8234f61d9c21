import { knownHosts, sshArguments, type SshTarget } from '../../../../scripts/domain/ssh/ssh-arguments';
import { sshFailure } from '../../../../scripts/domain/ssh/ssh-failure';

const target: SshTarget = {
  name: 'prod',
  user: 'deploy',
  hostKey: 'ssh-ed25519 AAAAkey root@ip-10-20-0-7\n',
  route: { via: 'direct', host: '203.0.113.7' },
};
const tunnel = (instanceId: string, region = 'eu-central-1'): SshTarget => ({
  ...target,
  route: { via: 'instance-connect', instanceId, region },
});

describe('the arguments of ssh', () => {
  test('pin the host key by a name, so that the address may change', () => {
    expect(knownHosts(target)).toBe('slipway-node ssh-ed25519 AAAAkey\n');
    const args = sshArguments(target, '/tmp/known', '-W', 'db:3306');
    expect(args).toEqual(
      expect.arrayContaining([
        'HostKeyAlias=slipway-node',
        'UserKnownHostsFile=/tmp/known',
        'StrictHostKeyChecking=yes',
      ]),
    );
    expect(args.slice(-4)).toEqual(['-W', 'db:3306', '--', 'deploy@203.0.113.7']);
  });

  test('use nothing of the person who types but the agent, and with a key file not even that', () => {
    expect(sshArguments(target, 'k').slice(0, 2)).toEqual(['-F', 'none']);
    expect(sshArguments(target, 'k')).not.toContain('IdentitiesOnly=yes');
    expect(sshArguments({ ...target, identity: '/home/me/key' }, 'k')).toEqual(
      expect.arrayContaining(['IdentityFile=/home/me/key', 'IdentitiesOnly=yes']),
    );
  });

  test('go through the tunnel of AWS to a node without a public port', () => {
    const args = sshArguments(tunnel('i-0123456789abcdef0'), 'k');
    expect(args).toContain(
      'ProxyCommand=aws ec2-instance-connect open-tunnel --instance-id i-0123456789abcdef0 --region eu-central-1 --remote-port 22',
    );
    expect(args.at(-1)).toBe('deploy@i-0123456789abcdef0');
  });

  test('fail when an id or a region could be more than one word of a shell', () => {
    expect(() => sshArguments(tunnel('i-0; reboot'), 'k')).toThrow(RangeError);
    expect(() => sshArguments(tunnel('i-0123', 'eu central'), 'k')).toThrow(RangeError);
  });
});

test.each([
  ['Host key verification failed.', 'another host key'],
  ['deploy@203.0.113.7: Permission denied (publickey).', 'does not know this key'],
  [
    'no such identity: /k: No such file or directory\ndeploy@x: Permission denied (publickey).',
    'key file cannot be used',
  ],
  ['channel 0: open failed: administratively prohibited: open failed', 'port of its database only'],
  ['channel 0: open failed: connect failed: Connection refused', 'does not reach the database'],
  ['/bin/sh: 1: exec: aws: not found', 'AWS CLI is not installed'],
  ['An error occurred (AccessDeniedException): AccessDenied\nConnection closed by UNKNOWN', 'for these credentials'],
  ['ssh: connect to host 203.0.113.7 port 22: Connection timed out', 'cannot be reached'],
  ['', 'without a word'],
])('of %j is said: %s', (said, reason) => {
  const line = sshFailure(target, said);
  expect(line).toMatch(/^ssh to the node of prod: /);
  expect(line).toContain(reason);
  expect(line).not.toContain('\n');
});
