import { parseSize } from '../swarm/size';
import { checkOrder } from './check-order';
import { checkRoutes } from './check-routes';
import { checkUses } from './check-uses';
import type { NodeSettings } from './node-settings';
import type { Place } from './place';
import type { Release } from './release';

/** Docker's limit for the name of a service. */
const MAX_SERVICE_NAME = 63;

/** Checks what the parts of a release, each well formed, say about each other and about the node. */
export function checkRelease(release: Release, node: NodeSettings, place: Place): void {
  const { stack } = release.manifest;
  const stacks = Object.keys(node.stacks);
  if (!Object.hasOwn(node.stacks, stack)) {
    throw place
      .at('manifest')
      .at('stack')
      .refused(`this node is for ${stacks.join(', ')}, not for ${stack}`);
  }
  checkServices(release, stacks, place.at('stack').at('services'));
  checkUses(release, place.at('stack'));
  checkOrder(release, place.at('manifest'));
  checkRoutes(release, node, place);
}

function checkServices(
  { manifest: { stack }, stack: { services } }: Release,
  stacks: readonly string[],
  place: Place,
): void {
  if (Object.keys(services).length === 0) throw place.malformed('is empty, a release has one service at least');
  for (const [name, service] of Object.entries(services)) {
    checkName(name, stack, stacks, place);
    const { limits, reservations } = service.deploy.resources;
    const reserved = parseSize(reservations?.memory ?? '0') ?? 0;
    if (reserved > (parseSize(limits.memory) ?? 0)) {
      const at = place.at(name).at('deploy').at('resources').at('reservations').at('memory');
      throw at.wrong(reservations?.memory, `the limit, ${limits.memory}, at most`);
    }
  }
}

/** Names that this program or another stack of the node would give to something else. */
function checkName(name: string, stack: string, stacks: readonly string[], place: Place): void {
  if (/-(blue|green)$/.test(name) || name.startsWith('hook-')) {
    throw place
      .at(name)
      .malformed(
        'has a name that the release program makes itself, do not end it in -blue or -green or begin it with hook-',
      );
  }
  if (`${stack}_${name}-green`.length > MAX_SERVICE_NAME) {
    throw place
      .at(name)
      .malformed(`has too long a name, ${stack}_${name}-green may have ${MAX_SERVICE_NAME} characters`);
  }
  // Traefik knows a service as <stack>-<service>-<colour>, whichever stack it is of.
  const other = stacks.find(candidate => candidate !== stack && `${stack}-${name}-`.startsWith(`${candidate}-`));
  if (other !== undefined && other.length > stack.length) {
    throw place
      .at(name)
      .malformed(`would have the same name for Traefik as a service of ${other}, give it another one`);
  }
}
