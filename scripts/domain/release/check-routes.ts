import { assertService } from './check-order';
import type { NodeSettings } from './node-settings';
import type { Place } from './place';
import type { Release, Route } from './release';

/** Checks what the public gets: where it leads, and that it can be judged before it does. */
export function checkRoutes({ manifest, stack }: Release, node: NodeSettings, place: Place): void {
  const routes = place.at('manifest').at('routes');
  const hostnames = node.stacks[manifest.stack]?.hostnames ?? [];
  const taken = new Map<string, string>();
  for (const [name, route] of Object.entries(manifest.routes)) {
    assertService(name, Object.keys(stack.services), routes);
    if (stack.services[name]?.healthcheck === undefined) {
      throw place
        .at('stack')
        .at('services')
        .at(name)
        .at('healthcheck')
        .malformed('is missing: a service with a route needs one, or it counts as healthy as soon as it starts');
    }
    checkHosts(route, hostnames, routes.at(name).at('hosts'));
    for (const address of addressesOf(route, hostnames)) {
      const other = taken.get(address);
      if (other !== undefined)
        throw routes.at(name).malformed(`leads to ${address}, as ${other} does; give it other paths`);
      taken.set(address, name);
    }
  }
  checkCanary(manifest, place.at('manifest').at('canary'));
}

function checkHosts({ hosts = [] }: Route, hostnames: readonly string[], place: Place): void {
  for (const [index, host] of hosts.entries()) {
    if (!hostnames.includes(host)) {
      throw place.at(index).refused(`${host} is no host name of this stack; those are ${hostnames.join(', ')}`);
    }
  }
}

function addressesOf({ hosts, paths = ['/'] }: Route, hostnames: readonly string[]): readonly string[] {
  return (hosts ?? hostnames).flatMap(host => paths.map(path => `${host}${path.replace(/\/$/, '')}/`));
}

/** Visitors can only be divided between two colours. */
function checkCanary({ canary, strategy, routes }: Release['manifest'], place: Place): void {
  if (canary === undefined) return;
  if (strategy === 'rolling')
    throw place.malformed('needs two releases side by side, write strategy "colours" or "auto"');
  if (Object.keys(routes).length === 0) throw place.malformed('divides visitors, and no service has a route');
}
