import { Ec2InstanceConnectEndpoint } from '@cdktf/provider-aws/lib/ec2-instance-connect-endpoint';
import { Construct } from 'constructs';
import { Firewall } from './firewall';

export interface ConnectEndpointProps {
  readonly name: string;
  readonly vpcId: string;
  readonly subnetId: string;
  /** The node's firewall, which this opens to the endpoint. */
  readonly node: Firewall;
}

const SSH = { protocol: 'tcp', port: 22 } as const;

/**
 * The way to port 22 that is not public: AWS tunnels a connection into the VPC for whoever IAM allows
 * `ec2-instance-connect:OpenTunnel`. The endpoint reaches this node's port 22 and nothing else, and nothing else reaches it.
 *
 * Cost: none.
 */
export class ConnectEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: ConnectEndpointProps) {
    super(scope, id);
    const { name, node } = props;
    const own = new Firewall(this, 'Firewall', {
      name: `${name}-connect`,
      vpcId: props.vpcId,
      description: `the EC2 Instance Connect Endpoint of ${name}`,
    });
    own.allowOut('Ssh', {
      ...SSH,
      peer: { securityGroupId: node.securityGroupId },
      description: 'SSH to the node',
    });
    node.allowIn('Ssh', {
      ...SSH,
      peer: { securityGroupId: own.securityGroupId },
      description: 'SSH from the EC2 Instance Connect Endpoint',
    });
    new Ec2InstanceConnectEndpoint(this, 'Resource', {
      subnetId: props.subnetId,
      securityGroupIds: [own.securityGroupId],
      // With the caller's own address the node's rule would have to name the whole internet.
      preserveClientIp: false,
      tags: { Name: name },
    });
  }
}
