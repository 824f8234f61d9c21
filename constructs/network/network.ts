import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet, type SubnetConfig } from '@cdktf/provider-aws/lib/subnet';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { Construct } from 'constructs';
import { planAddresses, type ZonePlan } from './address-plan';

export interface NetworkProps {
  /** Prefix of every name, e.g. `webshop-prod`. */
  readonly name: string;
  /** IPv4 block of the VPC, /16 to /20, outside 172.16.0.0/12. */
  readonly cidr: string;
  /** Names of two or three zones of one region, e.g. `eu-central-1a`. */
  readonly availabilityZones: readonly string[];
  /**
   * Address pool that the swarm takes its overlay networks from. Nothing in AWS is made of it: it is here because an
   * overlay that overlaps the VPC hides the database from the containers, and is found only once they try.
   */
  readonly overlayPool: string;
}

/**
 * The network of one environment: in each zone a public subnet for the node and a private one for the database.
 *
 * - Public means a route to the internet gateway. Addresses are never given out by the subnet: what should be
 *   reachable asks for one.
 * - Private means no route out at all. The database needs none, so there is no NAT gateway, which would cost more
 *   than everything else together.
 * - S3 is reached through a gateway endpoint from both, inside AWS and free of traffic charges.
 * - The default security group is emptied, so that a thing that forgot its own group can talk to nobody.
 *
 * Each subnet is a sixteenth of the VPC, fixed by the letter of its zone (see `address-plan.ts`).
 *
 * Cost: none. A VPC, its subnets, routes, internet gateway and gateway endpoint are free.
 *
 * @example
 * const network = new Network(this, 'Network', {
 *   name: 'webshop-prod',
 *   cidr: '10.20.0.0/16',
 *   availabilityZones: ['eu-central-1a', 'eu-central-1b'],
 *   overlayPool: '10.200.0.0/16',
 * });
 */
export class Network extends Construct {
  readonly vpcId: string;
  readonly cidr: string;
  /** In the order of the availability zones. */
  readonly publicSubnetIds: readonly string[];
  /** In the order of the availability zones. */
  readonly privateSubnetIds: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { region, zones } = planAddresses(props);
    const { name, cidr } = props;

    const vpc = new Vpc(this, 'Resource', {
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: name },
    });
    this.vpcId = vpc.id;
    this.cidr = cidr;
    new DefaultSecurityGroup(this, 'DefaultSecurityGroup', {
      vpcId: vpc.id,
      ingress: [],
      egress: [],
      tags: { Name: `${name}-default-closed` },
    });

    const publicRoutes = this.publicRoutes(name);
    const privateRoutes = this.routeTable('PrivateRouteTable', `${name}-private`);
    this.publicSubnetIds = this.subnets('PublicSubnets', publicRoutes, zones, zone => ({
      cidrBlock: zone.publicCidr,
      tags: { Name: `${name}-public-${zone.name}` },
    }));
    this.privateSubnetIds = this.subnets('PrivateSubnets', privateRoutes, zones, zone => ({
      cidrBlock: zone.privateCidr,
      tags: { Name: `${name}-private-${zone.name}` },
    }));

    new VpcEndpoint(this, 'S3Endpoint', {
      vpcId: vpc.id,
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${region}.s3`,
      routeTableIds: [publicRoutes.id, privateRoutes.id],
      tags: { Name: `${name}-s3` },
    });
  }

  /** One subnet a zone, with the letter of the zone as id, all with the same way out. */
  private subnets(
    id: string,
    routes: RouteTable,
    zones: readonly ZonePlan[],
    settings: (zone: ZonePlan) => Pick<SubnetConfig, 'cidrBlock' | 'tags'>,
  ): string[] {
    const group = new Construct(this, id);
    return zones.map(zone => {
      const subnet = new Subnet(group, zone.letter, {
        vpcId: this.vpcId,
        availabilityZone: zone.name,
        mapPublicIpOnLaunch: false,
        ...settings(zone),
      });
      new RouteTableAssociation(subnet, 'Routes', { subnetId: subnet.id, routeTableId: routes.id });
      return subnet.id;
    });
  }

  private publicRoutes(name: string): RouteTable {
    const gateway = new InternetGateway(this, 'InternetGateway', { vpcId: this.vpcId, tags: { Name: name } });
    const routes = this.routeTable('PublicRouteTable', `${name}-public`);
    new Route(this, 'DefaultRoute', {
      routeTableId: routes.id,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.id,
    });
    return routes;
  }

  private routeTable(id: string, name: string): RouteTable {
    return new RouteTable(this, id, { vpcId: this.vpcId, tags: { Name: name } });
  }
}
