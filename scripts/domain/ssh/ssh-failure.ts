import type { SshTarget } from './ssh-arguments';

/** What OpenSSH and the AWS CLI say, and what it means for whoever typed the command. The first that fits counts. */
const REASONS: readonly (readonly [said: RegExp, reason: string])[] = [
  [
    /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'what answers there has another host key than the node wrote into its vault: if it was replaced a moment ago, try again; ' +
      'otherwise do not go on',
  ],
  [
    /[Nn]o such identity|Load key .*(No such file|invalid format|Permission denied|error in libcrypto)|bad permissions/,
    'the key file cannot be used; name a private key of mode 600 with --identity',
  ],
  [
    /Permission denied \(/,
    'the node does not know this key; add its public half to deployKeys of the environment, or name another with --identity',
  ],
  [
    /administratively prohibited/,
    'the node forwards to the port of its database only; correct the port of the database',
  ],
  [/open failed: connect failed/, 'the node does not reach the database; is it up, and does it let the node in?'],
  [
    /aws: (command )?not found|exec: aws/,
    'the AWS CLI is not installed, which opens the tunnel to a node without a public port 22',
  ],
  [
    /AccessDenied|UnauthorizedOperation|ExpiredToken|Unable to locate credentials/,
    'AWS does not open the tunnel for these credentials',
  ],
  [
    /Connection (refused|timed out|reset|closed)|timed out|No route to host|Could not resolve|Network is unreachable/,
    'the node cannot be reached; is it up, and may this address connect?',
  ],
];

/** Why a connection did not come about, on one line. */
export function sshFailure({ name }: Pick<SshTarget, 'name'>, stderr: string): string {
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  const reason = REASONS.find(([said]) => said.test(stderr))?.[1];
  const detail = last === '' ? '' : ` (ssh: ${last})`;
  return `ssh to the node of ${name}: ${reason ?? 'it ended without a word that is known'}${detail}`;
}
