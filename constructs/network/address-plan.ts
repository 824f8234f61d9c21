import { InvalidValueError } from '../invalid-value';
import { Cidr } from './cidr';

/** Docker gives its local bridge networks addresses from here, on every node. */
const DOCKER_BRIDGES = '172.16.0.0/12';

/** A subnet is a sixteenth of the VPC: 4 bits, of which the first says whether it is private. */
const SUBNET_BITS = 4;
const FIRST_PRIVATE = 8;

/** The addresses of one availability zone. */
export interface ZonePlan {
  /** Name of the zone, e.g. `eu-central-1a`. */
  readonly name: string;
  /** Last letter of the zone as a capital, which ids are made of: `A`. */
  readonly letter: string;
  readonly publicCidr: string;
  readonly privateCidr: string;
}

export interface AddressPlan {
  readonly region: string;
  readonly zones: readonly ZonePlan[];
}

export interface AddressPlanOptions {
  readonly cidr: string;
  readonly availabilityZones: readonly string[];
  readonly overlayPool: string;
}

/**
 * Divides the VPC into subnets. Which sixteenth a zone gets follows from its letter and not from its place in the list,
 * so adding, removing or reordering zones never moves the subnets of another one.
 *
 * @throws InvalidValueError for a value that would make two networks share an address, or that AWS would refuse
 */
export function planAddresses(options: AddressPlanOptions): AddressPlan {
  const vpc = vpcBlock(options.cidr);
  checkOverlayPool(options.overlayPool, vpc);
  const region = regionOf(options.availabilityZones);
  const zones = options.availabilityZones.map(name => {
    const letter = name.slice(-1);
    const index = letter.charCodeAt(0) - 'a'.charCodeAt(0);
    return {
      name,
      letter: letter.toUpperCase(),
      publicCidr: vpc.subnet(SUBNET_BITS, index).toString(),
      privateCidr: vpc.subnet(SUBNET_BITS, FIRST_PRIVATE + index).toString(),
    };
  });
  return { region, zones };
}

function vpcBlock(cidr: string): Cidr {
  const vpc = Cidr.parse(cidr, 'vpc cidr');
  if (vpc.prefix < 16 || vpc.prefix > 20) {
    throw new InvalidValueError('vpc cidr', cidr, 'a /16 to a /20', 'write a block such as 10.20.0.0/16');
  }
  refuseOverlap(
    'vpc cidr',
    vpc,
    Cidr.parse(DOCKER_BRIDGES),
    "Docker's own bridges on the node",
    'take one from 10.0.0.0/8',
  );
  return vpc;
}

function checkOverlayPool(overlayPool: string, vpc: Cidr): void {
  const pool = Cidr.parse(overlayPool, 'overlay pool');
  if (pool.prefix < 8 || pool.prefix > 20) {
    throw new InvalidValueError(
      'overlay pool',
      overlayPool,
      'a /8 to a /20, as every overlay network takes a /24 of it',
      'write a block such as 10.200.0.0/16',
    );
  }
  refuseOverlap('overlay pool', pool, vpc, 'the vpc', 'take one such as 10.200.0.0/16');
  refuseOverlap('overlay pool', pool, Cidr.parse(DOCKER_BRIDGES), "Docker's own bridges", 'take one from 10.0.0.0/8');
}

function refuseOverlap(what: string, block: Cidr, taken: Cidr, owner: string, next: string): void {
  if (!block.overlaps(taken)) return;
  throw new InvalidValueError(what, block.toString(), `a block outside ${taken.toString()} (${owner})`, next);
}

/** The region that all zones are in. */
function regionOf(zones: readonly string[]): string {
  if (zones.length < 2 || zones.length > 3) {
    throw new InvalidValueError(
      'availability zones',
      zones,
      'two or three',
      'the database needs two, see `aws ec2 describe-availability-zones`',
    );
  }
  // Local and wavelength zones (eu-central-1-ham-1a) have neither RDS subnets nor the S3 gateway endpoint.
  const unknown = zones.find(zone => !/^[a-z]{2}(-[a-z]+)+-\d[a-h]$/.test(zone));
  if (unknown !== undefined) {
    throw new InvalidValueError(
      'availability zone',
      unknown,
      'a zone name such as eu-central-1a',
      'see `aws ec2 describe-availability-zones`',
    );
  }
  if (new Set(zones).size < zones.length) {
    throw new InvalidValueError('availability zones', zones, 'each zone once', 'remove the repeated one');
  }
  const regions = new Set(zones.map(zone => zone.slice(0, -1)));
  const [region] = regions;
  if (region === undefined || regions.size > 1) {
    throw new InvalidValueError('availability zones', zones, 'zones of one region', 'replace those of other regions');
  }
  return region;
}
