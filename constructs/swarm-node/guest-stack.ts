import { InvalidValueError } from '../invalid-value';
import { assertDomainName } from '../web-domain/domain-name';

/** A name that Docker takes as the first part of names of its own. */
export const STACK_NAME = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** A stack that may be released to a node beside the node's own, with networks, secrets and releases of its own. */
export interface GuestStack {
  /** Name of the stack, e.g. `webshop-staging`. */
  readonly name: string;
  /** Host names that it answers for, the primary one first. */
  readonly hostnames: readonly string[];
  /** Path of its SSM parameters, e.g. `/webshop/staging`. */
  readonly parameterPath: string;
}

/**
 * Checks that the stacks of a node can be told apart: two with a host name in common would fight for its visitors, and two
 * with a path in common would read each other's secrets.
 *
 * @throws InvalidValueError for the first value that cannot be accepted
 */
export function checkGuests(guests: readonly GuestStack[], host: GuestStack): void {
  for (const { name, hostnames, parameterPath } of guests) {
    check('guest name', name, STACK_NAME.test(name), 'lower case letters, digits and hyphens, 40 at most');
    check('guest hostnames', hostnames, hostnames.length > 0, 'one or more host names');
    for (const hostname of hostnames) assertDomainName('guest hostname', hostname);
    const isPath = /^(\/[A-Za-z0-9_.-]+)+$/.test(parameterPath);
    check('guest parameter path', parameterPath, isPath, 'a path such as /webshop/staging');
  }
  const stacks = [host, ...guests];
  const differ = 'one that no other stack of the node has';
  checkDifferent(
    'guest name',
    stacks.map(({ name }) => name),
    differ,
  );
  checkDifferent(
    'guest hostname',
    stacks.flatMap(({ hostnames }) => hostnames),
    differ,
  );
  // A path with a slash behind it, so that /webshop/prod does not count as above /webshop/production.
  const paths = stacks.map(({ parameterPath }) => `${parameterPath}/`);
  const inside = paths.find((path, index) => paths.some((other, at) => at !== index && path.startsWith(other)));
  check('guest parameter path', inside?.slice(0, -1), inside === undefined, 'one outside those of the other stacks');
}

function checkDifferent(what: string, values: readonly string[], allowed: string): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  check(what, repeated, repeated === undefined, allowed);
}

function check(what: string, value: unknown, isAllowed: boolean, allowed: string): void {
  if (!isAllowed) throw new InvalidValueError(what, value, allowed, 'correct guests in stacks/environments');
}
