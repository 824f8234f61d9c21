import { DataAwsSsmParametersByPath } from '@cdktf/provider-aws/lib/data-aws-ssm-parameters-by-path';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { conditional, Fn, propertyAccess, Token } from 'cdktf';
import { Construct } from 'constructs';

export interface DelegationProps {
  /** Zone that is to be found, e.g. `dev.example.org`. */
  readonly domain: string;
  /** Zone that delegates, e.g. `example.org`. */
  readonly parentDomain: string;
  readonly nameServers: string[];
  /** Path of the SSM parameters under which the stacks of an account publish their zones. */
  readonly registryPath: string;
}

/**
 * Short, because a development zone is made anew often, and each time with other name servers: a resolver that holds
 * the old ones answers nothing until this time is over.
 */
const DELEGATION_TTL_SECONDS = 300;

/**
 * The NS record that makes a child zone findable, written into the parent's zone if that zone is in reach.
 *
 * The parent belongs to another stack, which may be deployed later, in another account, or never. So it is looked up
 * among the published zones and its absence is a normal answer: then there is no record, nothing fails, and the
 * next deploy after the parent's adds it. The lookup depends on no resource, so it is complete at plan time and `count`
 * is always known.
 *
 * @example
 * new Delegation(this, 'Delegation', { domain, parentDomain: 'example.org', nameServers, registryPath: '/webshop/zones' });
 */
export class Delegation extends Construct {
  constructor(scope: Construct, id: string, props: DelegationProps) {
    super(scope, id);
    const published = new DataAwsSsmParametersByPath(this, 'PublishedZones', {
      path: props.registryPath,
      withDecryption: false,
    });
    const parent = `${props.registryPath}/${props.parentDomain}`;
    // A zone id is no secret; the data source marks all values as sensitive because some parameters are.
    const zoneIds = Token.asString(Fn.zipmap(published.names, Fn.nonsensitive(published.values)));
    new Route53Record(this, 'Resource', {
      count: Token.asNumber(conditional(Fn.contains(published.names, parent), 1, 0)),
      zoneId: Token.asString(propertyAccess(zoneIds, [parent])),
      name: props.domain,
      type: 'NS',
      ttl: DELEGATION_TTL_SECONDS,
      records: props.nameServers,
    });
  }
}
