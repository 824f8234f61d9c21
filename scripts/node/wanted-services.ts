import { type ColouredUnit, serviceNames } from '../domain/swarm/render-stack';
import { unitFingerprint } from '../domain/swarm/units';
import type { KeptRelease } from './run';

/** A service as it should be. */
export interface WantedService {
  /** Full name in the swarm. */
  readonly service: string;
  readonly image: string;
  readonly replicas: number;
  /** Tells its tasks from those of the same image with other settings. */
  readonly fingerprint: string;
}

/** What units of a release are to look like in the swarm. */
export function wantedServices(
  stack: string,
  { release, resolved }: KeptRelease,
  units: readonly ColouredUnit[],
  replicas: Readonly<Record<string, number>>,
): readonly WantedService[] {
  return units.flatMap(({ unit, colour }) => {
    const fingerprint = unitFingerprint(release, unit, resolved);
    return serviceNames(stack, unit, colour).map((service, index) => {
      const name = unit.services[index] ?? '';
      const image = release.stack.services[name]?.image ?? '';
      return { service, image, replicas: replicas[name] ?? 1, fingerprint };
    });
  });
}
