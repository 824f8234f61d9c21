import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/swarm/canonical-json';
import type { DockerService } from './adapters/docker-api';
import type { CurrentState } from './current-state';

/** Hash of the specification of services, by full name, to notice a change by hand. */
export function specsOf(services: readonly DockerService[], names: readonly string[]): Record<string, string> {
  const hash = (template: unknown) => createHash('sha256').update(canonicalJson(template)).digest('hex').slice(0, 16);
  return Object.fromEntries(
    services
      .filter(({ Spec }) => names.includes(Spec.Name))
      .map(({ Spec: { Name, TaskTemplate } }) => [Name, hash({ ...TaskTemplate, ForceUpdate: 0 })]),
  );
}

/** Full names of the services of a stack that somebody has changed or removed since the release. */
export function driftedServices(
  services: readonly DockerService[],
  { specs }: CurrentState,
): { readonly changed: readonly string[]; readonly gone: readonly string[] } {
  const names = Object.keys(specs);
  const now = specsOf(services, names);
  return {
    changed: names.filter(name => name in now && specs[name] !== now[name]),
    gone: names.filter(name => !(name in now)),
  };
}
