/** A node as SSH reaches it. */
export interface SshTarget {
  /** Name for messages, e.g. `prod`. */
  readonly name: string;
  /** Account on the node. */
  readonly user: string;
  /** The node's own key, as it stands in its `ssh_host_ed25519_key.pub`: no other machine is talked to. */
  readonly hostKey: string;
  /** File of the private key. @default - the keys of the agent */
  readonly identity?: string;
  readonly route: SshRoute;
}

/** Straight to an address, or by AWS's tunnel to a node whose port 22 is not public. */
export type SshRoute =
  | { readonly via: 'direct'; readonly host: string; readonly port?: number }
  | { readonly via: 'instance-connect'; readonly instanceId: string; readonly region: string };

/** Names the node in known_hosts, so that its address may change and its key may not. */
const ALIAS = 'slipway-node';
const CONNECT_SECONDS = 15;
const ALIVE_SECONDS = 15;
const ALIVE_COUNT = 4;

/** The one line of the file that `sshArguments` is given. */
export function knownHosts({ hostKey }: SshTarget): string {
  const [type = '', key = ''] = hostKey.trim().split(/\s+/);
  return `${ALIAS} ${type} ${key}\n`;
}

/**
 * Arguments of `ssh` up to and with the destination. Nothing of the person's own configuration is used but the agent: the
 * same command does the same on every machine.
 *
 * @param knownHostsFile  holds what `knownHosts` says
 * @param options  further options, before the destination
 */
export function sshArguments(target: SshTarget, knownHostsFile: string, ...options: readonly string[]): string[] {
  const settings = [
    `HostKeyAlias=${ALIAS}`,
    `UserKnownHostsFile=${knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    'BatchMode=yes',
    'PreferredAuthentications=publickey',
    `ConnectTimeout=${CONNECT_SECONDS}`,
    `ServerAliveInterval=${ALIVE_SECONDS}`,
    `ServerAliveCountMax=${ALIVE_COUNT}`,
    ...identitySettings(target),
    ...routeSettings(target.route),
  ];
  const host = target.route.via === 'direct' ? target.route.host : target.route.instanceId;
  return ['-F', 'none', ...settings.flatMap(setting => ['-o', setting]), ...options, '--', `${target.user}@${host}`];
}

function identitySettings({ identity }: SshTarget): string[] {
  return identity === undefined ? [] : [`IdentityFile=${identity}`, 'IdentitiesOnly=yes'];
}

/** ssh hands a ProxyCommand to a shell, so what goes into it is checked. */
function routeSettings(route: SshRoute): string[] {
  if (route.via === 'direct') return route.port === undefined ? [] : [`Port=${route.port}`];
  const { instanceId, region } = route;
  if (!/^i-[0-9a-f]+$/.test(instanceId) || !/^[a-z]+(-[a-z0-9]+)+$/.test(region)) {
    throw new RangeError(`${instanceId} in ${region} is no instance`);
  }
  return [
    `ProxyCommand=aws ec2-instance-connect open-tunnel --instance-id ${instanceId} --region ${region} --remote-port 22`,
  ];
}
