import { createHash } from 'node:crypto';
import { namesOf } from '../release/globs';
import type { Release } from '../release/release';
import { canonicalJson } from './canonical-json';

/** Two names for two sets of tasks that may run beside each other. */
export type Colour = 'blue' | 'green';

/** Services that change together. */
export interface Unit {
  /** Name of its first service. */
  readonly name: string;
  /** In the order in which they start: what others need comes first. */
  readonly services: readonly string[];
  /** `coloured` when the public reaches one of them, so that a new set can be checked before it is public. */
  readonly kind: 'coloured' | 'rolling';
}

/** Names that secrets and files of a release have in Docker, by the names that the release uses. */
export interface ResolvedNames {
  readonly secrets: Readonly<Record<string, string>>;
  readonly configs: Readonly<Record<string, string>>;
}

/** The units of a release: its groups, and each other service by itself. */
export function unitsOf({ manifest: { groups = [], routes }, stack: { services } }: Release): readonly Unit[] {
  const grouped = new Map(groups.flatMap(group => group.map(name => [name, group] as const)));
  const units = new Map<string, Unit>();
  for (const name of Object.keys(services)) {
    const members = grouped.get(name) ?? [name];
    const kind = members.some(member => member in routes) ? 'coloured' : 'rolling';
    const first = members[0] ?? name;
    units.set(first, { name: first, services: members, kind });
  }
  return [...units.values()];
}

/** The units in the stages in which they change; all in one where the release names none. */
export function stagesOf(release: Release): readonly (readonly Unit[])[] {
  const units = unitsOf(release);
  const { stages } = release.manifest;
  if (stages === undefined) return [units];
  const services = Object.keys(release.stack.services);
  return stages.map(patterns => {
    const names = namesOf(patterns, services);
    return names.flatMap(name => units.find(unit => unit.name === name) ?? []);
  });
}

/** Hash of everything that a unit would run, whatever its colour: equal hashes mean that there is nothing to change. */
export function unitFingerprint(release: Release, unit: Unit, { secrets, configs }: ResolvedNames): string {
  const { manifest, stack } = release;
  const services = unit.services.map(name => {
    const service = stack.services[name];
    return {
      name,
      service,
      route: manifest.routes[name],
      secrets: service?.secrets?.map(({ source }) => secrets[source]),
      configs: service?.configs?.map(({ source }) => configs[source]),
      volumes: service?.volumes?.map(({ source }) => stack.volumes?.[source]),
    };
  });
  return createHash('sha256').update(canonicalJson(services)).digest('hex');
}
