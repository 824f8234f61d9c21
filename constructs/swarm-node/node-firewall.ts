import type { Construct } from 'constructs';
import { InvalidValueError } from '../invalid-value';
import { Cidr } from '../network/cidr';
import { ConnectEndpoint } from './connect-endpoint';
import { Firewall } from './firewall';
import type { SshAccess } from './ssh-access';

export interface NodeFirewallProps {
  readonly name: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly ssh: SshAccess;
}

const ANYWHERE = { cidr: '0.0.0.0/0' };

const WEB_PORTS = [
  { id: 'Http', protocol: 'tcp', port: 80, description: 'HTTP: the redirect to HTTPS and certificate challenges' },
  { id: 'Https', protocol: 'tcp', port: 443, description: 'HTTPS' },
  { id: 'Http3', protocol: 'udp', port: 443, description: 'HTTP/3' },
] as const;

/** Names and time come from the VPC's own resolver and clock, which security groups do not filter. */
const WAYS_OUT = [
  { id: 'Http', protocol: 'tcp', port: 80, description: 'Debian packages' },
  { id: 'Https', protocol: 'tcp', port: 443, description: 'AWS, image registries, the certificate authority' },
  { id: 'Submission', protocol: 'tcp', port: 587, description: 'Mail through SES' },
] as const;

/** What may reach the node, and what the node may reach: the web, and SSH in the way that was chosen. */
export function nodeFirewall(scope: Construct, props: NodeFirewallProps): Firewall {
  const { name, vpcId, subnetId, ssh } = props;
  const firewall = new Firewall(scope, 'Firewall', {
    name: `${name}-node`,
    vpcId,
    description: `the swarm node of ${name}`,
  });
  for (const { id, ...opening } of WEB_PORTS) firewall.allowIn(id, { ...opening, peer: ANYWHERE });
  for (const { id, ...opening } of WAYS_OUT) firewall.allowOut(id, { ...opening, peer: ANYWHERE });
  if (ssh.via === 'instance-connect') {
    new ConnectEndpoint(scope, 'ConnectEndpoint', { name, vpcId, subnetId, node: firewall });
  } else {
    allowSshFrom(firewall, ssh.allowedCidrs);
  }
  return firewall;
}

/** A block wider than a /8 is no list of known networks. */
function allowSshFrom(firewall: Firewall, cidrs: readonly string[]): void {
  const next = "list the networks of your office or VPN, or use ssh: { via: 'instance-connect' }";
  if (cidrs.length === 0 || new Set(cidrs).size < cidrs.length) {
    throw new InvalidValueError('ssh allowedCidrs', cidrs, 'one or more different IPv4 blocks', next);
  }
  for (const cidr of cidrs) {
    if (Cidr.parse(cidr, 'ssh allowedCidrs').prefix < 8) {
      throw new InvalidValueError('ssh allowedCidrs', cidr, 'a /8 or smaller', next);
    }
    firewall.allowIn(`SshFrom${cidr.replaceAll(/[./]/g, '-')}`, {
      protocol: 'tcp',
      port: 22,
      peer: { cidr },
      description: 'SSH from a listed network',
    });
  }
}
