import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import {
  VpcSecurityGroupEgressRule,
  type VpcSecurityGroupEgressRuleConfig,
} from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import {
  VpcSecurityGroupIngressRule,
  type VpcSecurityGroupIngressRuleConfig,
} from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';

export interface FirewallProps {
  readonly name: string;
  readonly vpcId: string;
  /** Ends the sentence "Security group of ...". */
  readonly description: string;
}

/** A port that is open to one peer. */
export interface Opening {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** An IPv4 block or the id of a security group. */
  readonly peer: { readonly cidr: string } | { readonly securityGroupId: string };
  readonly description: string;
}

/**
 * A security group that starts with everything closed, and opens one port to one peer at a time, each as a rule of its own:
 * rules inside the group and rules beside it would delete each other.
 *
 * Its name ends in what AWS adds, and a new one is made before the old one goes, as a group that is in use cannot be removed.
 */
export class Firewall extends Construct {
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const group = new SecurityGroup(this, 'Resource', {
      namePrefix: `${props.name}-`,
      description: `Security group of ${props.description}`,
      vpcId: props.vpcId,
      lifecycle: { createBeforeDestroy: true },
      tags: { Name: props.name },
    });
    this.securityGroupId = group.id;
  }

  allowIn(id: string, opening: Opening): void {
    new VpcSecurityGroupIngressRule(this, `In${id}`, this.rule(opening));
  }

  allowOut(id: string, opening: Opening): void {
    new VpcSecurityGroupEgressRule(this, `Out${id}`, this.rule(opening));
  }

  private rule(opening: Opening): VpcSecurityGroupIngressRuleConfig & VpcSecurityGroupEgressRuleConfig {
    const { peer, port } = opening;
    return {
      securityGroupId: this.securityGroupId,
      description: opening.description,
      ipProtocol: opening.protocol,
      fromPort: port,
      toPort: port,
      ...('cidr' in peer ? { cidrIpv4: peer.cidr } : { referencedSecurityGroupId: peer.securityGroupId }),
    };
  }
}
