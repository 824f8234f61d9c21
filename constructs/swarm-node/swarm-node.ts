import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Instance, type InstanceConfig } from '@cdktf/provider-aws/lib/instance';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { InvalidValueError } from '../invalid-value';
import { instanceTraits, machineImage } from './machine-image';
import { NodeAddress } from './node-address';
import { nodeFirewall } from './node-firewall';
import type { SshAccess } from './ssh-access';
import { encodeUserData, renderUserData } from './user-data';
import type { UserDataOptions } from './user-data-options';

export interface SwarmNodeProps {
  /** Prefix of every name, e.g. `webshop-prod`. */
  readonly name: string;
  readonly region: string;
  /** Where the node lives: in the first of the public subnets. */
  readonly network: { readonly vpcId: string; readonly publicSubnetIds: readonly string[] };
  /** What the node is told beyond what this construct knows itself. */
  readonly userData: Omit<UserDataOptions, 'name' | 'region' | 'vaultBucket' | 'parameterPath' | 'programSha256'>;
  /** Where the node finds its certificates, its release and its secrets. */
  readonly vault: NodeVaultAccess;
  /** `true`: Terraform refuses to give the Elastic IP back, as it stands in DNS records and other people's firewalls. */
  readonly protect: boolean;
  /**
   * EC2 instance type; the processor architecture follows from it (`t4g` is arm64).
   *
   * @default 't3.micro'
   */
  readonly instanceType?: string;
  /**
   * Machine image to start from.
   *
   * @default - Debian's newest Debian 13 image, from Debian's public SSM parameter
   */
  readonly amiId?: string;
  /**
   * Size of the encrypted root volume in GiB.
   *
   * @default 20
   */
  readonly rootVolumeGiB?: number;
  /**
   * How port 22 is reached.
   *
   * @default { via: 'instance-connect' }
   */
  readonly ssh?: SshAccess;
  /**
   * Command that returns once the node with this id serves, and fails when it never will. It runs where Terraform runs,
   * before the Elastic IP moves.
   *
   * @default - no gate: the Elastic IP moves as soon as EC2 calls the node running, minutes before it serves
   */
  readonly readinessCommand?: (instanceId: string) => string;
}

/** The part of the vault that a node needs. */
export interface NodeVaultAccess {
  /** Name of the bucket as it was given, known at synth. */
  readonly bucketName: string;
  readonly parameterPath: string;
  /** The release program, which the node fetches when it boots. */
  readonly program: { readonly sha256: string; readonly object: ITerraformDependable };
  /** Lets the role use the vault, by policies that are its children. */
  grantNode(role: IamRole): void;
}

/** Debian's image needs 8 GiB; below 10 there is no room for swap and two releases. */
const MIN_ROOT_GIB = 10;

/**
 * One Docker Swarm node that boots by itself, serves the web, and can be replaced while it does.
 *
 * It makes an EC2 instance of Debian 13 with its user data (`user-data.ts`), a role that may use the vault and nothing else,
 * a security group that lets in the web only, an EC2 Instance Connect Endpoint for SSH, and an Elastic IP.
 *
 * **The node holds no state**, so a change of it is a new node. Terraform then works in this order, which follows from
 * `createBeforeDestroy` on every link of the chain:
 *
 * 1. the new instance is made and boots beside the old one;
 * 2. the gate waits until it serves (`readinessCommand`);
 * 3. the Elastic IP moves, in one call;
 * 4. the old instance is removed. (Termination protection would stop exactly this, so it is off.)
 *
 * When the gate fails, the apply fails, and the old node keeps the address and the traffic. The next apply goes on there.
 *
 * **The machine image is ignored for a node that runs**: Debian publishes a new one every few weeks, and none should replace
 * the node in a plan about something else. A node that is replaced for another reason starts from the image that is
 * newest then, because Terraform applies `ignore_changes` to updates only: the old image may be gone by that time.
 * To take a new image on purpose: `terraform apply -replace` with the address of the instance.
 *
 * Cost a month in eu-central-1: t3.micro 8.76 USD, 20 GiB of gp3 1.90 USD, the public address 3.65 USD. CPU credits are
 * `standard`, as `unlimited` (the default of AWS) can add 66 USD. Detailed monitoring is off (2.10 USD). While a node is being
 * replaced there are two of them.
 *
 * @example
 * const node = new SwarmNode(this, 'SwarmNode', {
 *   name: 'webshop-prod',
 *   region: 'eu-central-1',
 *   network,
 *   vault,
 *   userData: {
 *     hostnames: ['example.org', 'www.example.org'],
 *     overlayPool: '10.200.0.0/16',
 *     deployKeys: ['ssh-ed25519 AAAA... ci'],
 *     acmeEmail: 'ops@example.org',
 *     acmeStaging: false,
 *   },
 *   protect: true,
 *   readinessCommand: id => `npx slipway node wait prod ${id}`,
 * });
 * database.allowFrom(node);
 */
export class SwarmNode extends Construct {
  readonly name: string;
  /** Id of the instance; a replaced node has another one. */
  readonly instanceId: string;
  /** The Elastic IP, which stays when the node is replaced. */
  readonly publicIp: string;
  readonly elasticIpAllocationId: string;
  readonly securityGroupId: string;
  readonly role: IamRole;

  constructor(scope: Construct, id: string, props: SwarmNodeProps) {
    super(scope, id);
    this.name = props.name;
    const subnetId = firstSubnet(props.network.publicSubnetIds);
    this.securityGroupId = nodeFirewall(this, {
      name: props.name,
      vpcId: props.network.vpcId,
      subnetId,
      ssh: props.ssh ?? { via: 'instance-connect' },
    }).securityGroupId;
    this.role = this.instanceRole(props.vault);
    const instance = this.instance(subnetId, props);
    this.instanceId = instance.id;

    const address = new NodeAddress(this, 'Address', {
      name: props.name,
      instanceId: instance.id,
      protect: props.protect,
      readinessCommand: props.readinessCommand,
    });
    this.publicIp = address.publicIp;
    this.elasticIpAllocationId = address.allocationId;
  }

  private instanceRole(vault: NodeVaultAccess): IamRole {
    const role = new IamRole(this, 'Role', {
      name: `${this.name}-node`,
      description: `What the swarm node of ${this.name} may do`,
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
      }),
    });
    vault.grantNode(role);
    return role;
  }

  private instance(subnetId: string, props: SwarmNodeProps): Instance {
    const instanceType = props.instanceType ?? 't3.micro';
    const { architecture, burstable } = instanceTraits(instanceType);
    const profile = new IamInstanceProfile(this, 'InstanceProfile', {
      name: `${this.name}-node`,
      role: this.role.name,
    });
    return new Instance(this, 'Resource', {
      ami: machineImage(this, architecture, props.amiId),
      instanceType,
      subnetId,
      vpcSecurityGroupIds: [this.securityGroupId],
      // Until the Elastic IP comes, and that is after the boot, the packages have to come from somewhere.
      associatePublicIpAddress: true,
      iamInstanceProfile: profile.name,
      userDataBase64: this.userData(props),
      userDataReplaceOnChange: true,
      // One hop ends on the node: no container can ask for the role's credentials.
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      rootBlockDevice: this.rootVolume(props.rootVolumeGiB ?? 20),
      ...(burstable && { creditSpecification: { cpuCredits: 'standard' } }),
      ebsOptimized: true,
      monitoring: false,
      disableApiTermination: false,
      maintenanceOptions: { autoRecovery: 'default' },
      tags: { Name: this.name },
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ['ami'] },
      // A node that boots before it may read the vault, or before its program is there, would boot into a failure.
      dependsOn: [
        ...this.role.node.findAll().filter(child => child instanceof IamRolePolicy),
        props.vault.program.object,
      ],
    });
  }

  private userData(props: SwarmNodeProps): string {
    const { name, region, vault } = props;
    const { bucketName: vaultBucket, parameterPath, program } = vault;
    const known = { name, region, vaultBucket, parameterPath, programSha256: program.sha256 };
    return encodeUserData(renderUserData({ ...props.userData, ...known }));
  }

  private rootVolume(volumeSize: number): InstanceConfig['rootBlockDevice'] {
    if (!Number.isInteger(volumeSize) || volumeSize < MIN_ROOT_GIB) {
      const next = 'set rootVolumeGiB to 20';
      throw new InvalidValueError('root volume in GiB', volumeSize, `a whole number from ${MIN_ROOT_GIB}`, next);
    }
    return { volumeType: 'gp3', volumeSize, encrypted: true, deleteOnTermination: true, tags: { Name: this.name } };
  }
}

function firstSubnet([first]: readonly string[]): string {
  if (first !== undefined) return first;
  throw new InvalidValueError('public subnets', [], 'one or more', 'pass the network that has them');
}
