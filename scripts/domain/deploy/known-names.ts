import type { SwarmApplication } from '../../../stacks/swarm/application';
import { SlipwayError } from '../slipway-error';

/**
 * What differs by environment must be of an environment and a service that there are: a misspelt one would be left out in silence.
 *
 * @param known  names of the environments
 * @throws SlipwayError with the name that is not known
 */
export function assertKnownNames({ services, environments = {} }: SwarmApplication, known: readonly string[]): void {
  assertKnown('environments', Object.keys(environments), known);
  for (const [environment, { variables = {}, replicas = {} }] of Object.entries(environments)) {
    for (const [part, differences] of Object.entries({ variables, replicas })) {
      assertKnown(`environments.${environment}.${part}`, Object.keys(differences), Object.keys(services));
    }
  }
}

function assertKnown(place: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find(name => !known.includes(name));
  if (unknown === undefined) return;
  throw new SlipwayError(
    `${place} in stacks/swarm has ${JSON.stringify(unknown)}, allowed are ${known.join(', ')}; correct it`,
  );
}
