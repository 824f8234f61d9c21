import { Eip } from '@cdktf/provider-aws/lib/eip';
import { EipAssociation } from '@cdktf/provider-aws/lib/eip-association';
import { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';

export interface NodeAddressProps {
  readonly name: string;
  readonly instanceId: string;
  readonly protect: boolean;
  /** See `SwarmNodeProps`. */
  readonly readinessCommand: ((instanceId: string) => string) | undefined;
}

/**
 * The address that stays when the node is replaced, and the gate in front of it.
 *
 * Gate and association are made before the old ones go, like the instance. Without that on each of the three, Terraform
 * takes the address from the old node first, and the site is off until the new one has booted.
 */
export class NodeAddress extends Construct {
  readonly publicIp: string;
  readonly allocationId: string;

  constructor(scope: Construct, id: string, props: NodeAddressProps) {
    super(scope, id);
    const { name, instanceId, protect, readinessCommand } = props;
    const address = new Eip(this, 'Resource', {
      domain: 'vpc',
      tags: { Name: name },
      ...(protect && { lifecycle: { preventDestroy: true } }),
    });
    this.publicIp = address.publicIp;
    this.allocationId = address.allocationId;

    const gate = readinessCommand && this.gate(instanceId, readinessCommand(instanceId));
    new EipAssociation(this, 'Association', {
      instanceId,
      allocationId: address.allocationId,
      // One call moves the address, instead of one that takes it and one that gives it.
      allowReassociation: true,
      lifecycle: { createBeforeDestroy: true },
      ...(gate && { dependsOn: [gate] }),
    });
  }

  /** Written as a plain resource: cdktf's own class for `terraform_data` asks the installed Terraform at every synth. */
  private gate(instanceId: string, command: string): TerraformResource {
    const gate = new TerraformResource(this, 'ReadinessGate', {
      terraformResourceType: 'terraform_data',
      lifecycle: { createBeforeDestroy: true },
      provisioners: [{ type: 'local-exec', command }],
    });
    gate.addOverride('triggers_replace', { instanceId });
    return gate;
  }
}
