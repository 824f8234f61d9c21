import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/swarm/canonical-json';
import type { CurrentState } from './current-state';
import type { World } from './world';

/** Hash of the specification of services, by full name, to notice a change by hand. */
export async function specsOf(world: World, stack: string, names: readonly string[]): Promise<Record<string, string>> {
  const services = (await world.docker.services(stack)).filter(({ Spec }) => names.includes(Spec.Name));
  const hash = (template: unknown) => createHash('sha256').update(canonicalJson(template)).digest('hex').slice(0, 16);
  return Object.fromEntries(
    services.map(({ Spec: { Name, TaskTemplate } }) => [Name, hash({ ...TaskTemplate, ForceUpdate: 0 })]),
  );
}

/** Full names of services that somebody has changed or removed since the release. */
export async function driftedServices(
  world: World,
  stack: string,
  { specs }: CurrentState,
): Promise<{ readonly changed: readonly string[]; readonly gone: readonly string[] }> {
  const names = Object.keys(specs);
  const now = await specsOf(world, stack, names);
  return {
    changed: names.filter(name => name in now && specs[name] !== now[name]),
    gone: names.filter(name => !(name in now)),
  };
}
