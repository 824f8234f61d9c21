import { isFreeType } from './free-types';
import { blocksOf, lengthOf, numberOf, textOf } from './known-value';
import type { Price } from './price-table';
import * as table from './price-table';
import type { PricedResource } from './priced-resource';

/** One thing that is billed each month. */
interface PriceItem {
  readonly what: string;
  readonly usd: number;
}

/** What a resource costs, or the reason why that cannot be said. */
export interface ResourcePrice {
  readonly items: readonly PriceItem[];
  readonly unpriced: readonly string[];
}

type Pricing = (resource: PricedResource) => ResourcePrice;

const monthly = (price: Price, count = 1) => price.usd * table.HOURS_PER_MONTH * count;
const items = (...billed: readonly PriceItem[]): ResourcePrice => ({ items: billed, unpriced: [] });
const unpriced = (reason: string): ResourcePrice => ({ items: [], unpriced: [reason] });
const together = (prices: readonly ResourcePrice[]): ResourcePrice => ({
  items: prices.flatMap(price => price.items),
  unpriced: prices.flatMap(price => price.unpriced),
});

function volume(size: number | undefined, type: string | undefined): ResourcePrice {
  if (size === undefined) return unpriced('volume size is not known');
  if (type !== 'gp3') return unpriced(`volume type ${type ?? 'of the image'} has no price in the table`);
  return items({ what: `${size} GiB gp3 volume`, usd: table.perMonth.gp3PerGiB.usd * size });
}

function instance({ values }: PricedResource): ResourcePrice {
  const type = textOf(values, 'instance_type');
  const price = table.instancePerHour[type ?? ''];
  const machine = price
    ? items({ what: `${type ?? ''} instance`, usd: monthly(price) })
    : unpriced(`instance type ${type ?? '(not known)'} has no price in the table`);
  const disks = [...blocksOf(values, 'root_block_device'), ...blocksOf(values, 'ebs_block_device')];
  const volumes = disks.map(disk => volume(numberOf(disk, 'volume_size'), textOf(disk, 'volume_type')));
  const metrics = { what: 'detailed monitoring', usd: table.perMonth.customMetric.usd * table.DETAILED_METRICS };
  return together([
    machine,
    ...(volumes.length > 0 ? volumes : [unpriced('root volume is the default of the image')]),
    ...(values['monitoring'] === true ? [items(metrics)] : []),
  ]);
}

function database({ values }: PricedResource): ResourcePrice {
  const copies = values['multi_az'] === true ? 2 : 1;
  const standby = copies === 2 ? ', Multi-AZ' : '';
  const type = textOf(values, 'instance_class');
  const price = table.databasePerHour[type ?? ''];
  const size = numberOf(values, 'allocated_storage');
  const storage = table.perMonth.databaseGp3PerGiB.usd;
  return together([
    price
      ? items({ what: `${type ?? ''} database${standby}`, usd: monthly(price, copies) })
      : unpriced(`database class ${type ?? '(not known)'} has no price in the table`),
    size === undefined
      ? unpriced('database storage is not known')
      : items({ what: `${size} GiB database storage${standby}`, usd: storage * size * copies }),
    ...(values['manage_master_user_password'] === true
      ? [items({ what: 'secret of the master user', usd: table.perMonth.secret.usd })]
      : []),
    ...(isInExtendedSupport(values) ? [items(extendedSupport(copies))] : []),
  ]);
}

/** MySQL 5.7 and 8.0 are past standard support and billed by the processor, unless that is switched off. */
function isInExtendedSupport(values: PricedResource['values']): boolean {
  return (
    textOf(values, 'engine') === 'mysql' &&
    /^(5\.7|8\.0)(\.|$)/.test(textOf(values, 'engine_version') ?? '') &&
    textOf(values, 'engine_lifecycle_support') !== 'open-source-rds-extended-support-disabled'
  );
}

function extendedSupport(copies: number): PriceItem {
  const processors = table.DATABASE_PROCESSORS * copies;
  return {
    what: 'RDS Extended Support for an old MySQL',
    usd: monthly(table.perHour.extendedSupportPerProcessor, processors),
  };
}

function healthCheck({ values }: PricedResource): ResourcePrice {
  const options = [
    textOf(values, 'type')?.startsWith('HTTPS') ?? false,
    textOf(values, 'type')?.endsWith('STR_MATCH') ?? false,
    numberOf(values, 'request_interval') === 10,
    values['measure_latency'] === true,
  ].filter(Boolean).length;
  const usd = table.perMonth.healthCheck.usd + options * table.perMonth.healthCheckOption.usd;
  return items({ what: `health check with ${options} option${options === 1 ? '' : 's'}`, usd });
}

function loadBalancer({ values }: PricedResource): ResourcePrice {
  const type = textOf(values, 'load_balancer_type') ?? 'application';
  if (type !== 'application') return unpriced(`load balancer type ${type} has no price in the table`);
  const machine = { what: 'application load balancer', usd: monthly(table.perHour.applicationLoadBalancer) };
  if (values['internal'] === true) return items(machine);
  const zones = lengthOf(values, 'subnets') ?? 2;
  return items(machine, {
    what: `${zones} public IPv4 addresses of the load balancer`,
    usd: monthly(table.perHour.publicIpv4, zones),
  });
}

function endpoint({ values }: PricedResource): ResourcePrice {
  const type = textOf(values, 'vpc_endpoint_type') ?? 'Gateway';
  if (type === 'Gateway') return items();
  if (type !== 'Interface') return unpriced(`endpoint type ${type} has no price in the table`);
  const zones = Math.max(1, lengthOf(values, 'subnet_ids') ?? 1);
  return items({
    what: `interface endpoint in ${zones} zone${zones === 1 ? '' : 's'}`,
    usd: monthly(table.perHour.interfaceEndpointPerZone, zones),
  });
}

function parameter({ values }: PricedResource): ResourcePrice {
  const advanced = textOf(values, 'tier') === 'Advanced';
  return advanced ? items({ what: 'advanced parameter', usd: table.perMonth.advancedParameter.usd }) : items();
}

function webAcl({ values }: PricedResource): ResourcePrice {
  const rules = blocksOf(values, 'rule').length;
  const usd = table.perMonth.webAcl.usd + rules * table.perMonth.webAclRule.usd;
  return items({ what: `web ACL with ${rules} rules`, usd });
}

const pricing: Readonly<Record<string, Pricing>> = {
  aws_instance: instance,
  aws_ebs_volume: ({ values }) => volume(numberOf(values, 'size'), textOf(values, 'type')),
  aws_eip: () => items({ what: 'public IPv4 address', usd: monthly(table.perHour.publicIpv4) }),
  aws_db_instance: database,
  aws_route53_zone: () => items({ what: 'hosted zone', usd: table.perMonth.hostedZone.usd }),
  aws_route53_health_check: healthCheck,
  aws_nat_gateway: () => items({ what: 'NAT gateway', usd: monthly(table.perHour.natGateway) }),
  aws_lb: loadBalancer,
  aws_vpc_endpoint: endpoint,
  // Counted over the whole stack: the first ten of an account are free.
  aws_cloudwatch_metric_alarm: () => items(),
  aws_kms_key: () => items({ what: 'customer managed key', usd: table.perMonth.customerKey.usd }),
  aws_secretsmanager_secret: () => items({ what: 'secret', usd: table.perMonth.secret.usd }),
  aws_ssm_parameter: parameter,
  aws_wafv2_web_acl: webAcl,
};

/** What one resource costs a month by itself; things that are counted over a whole stack are elsewhere. */
export function priceOfResource(resource: PricedResource): ResourcePrice {
  const price = pricing[resource.type];
  if (price) return price(resource);
  return isFreeType(resource.type) ? items() : unpriced(`${resource.type} has no price in the table`);
}
