import { matches } from './globs';
import type { Place } from './place';
import type { Release } from './release';

/** Checks groups, stages and hooks against the services that there are. */
export function checkOrder(release: Release, place: Place): void {
  const services = Object.keys(release.stack.services);
  checkGroups(release, services, place.at('groups'));
  checkStages(release, services, place.at('stages'));
  const { hooks, pause, stages } = release.manifest;
  if (pause === true && (stages ?? []).length < 2) throw place.at('pause').malformed('needs two stages at least');
  for (const when of ['preSwitch', 'postDeploy'] as const) {
    for (const [index, { service }] of (hooks?.[when] ?? []).entries()) {
      assertService(service, services, place.at('hooks').at(when).at(index).at('service'));
    }
  }
}

export function assertService(name: string, services: readonly string[], place: Place): void {
  if (!services.includes(name)) throw place.wrong(name, `a service of the stack: ${services.join(', ')}`);
}

function checkGroups({ manifest: { groups = [] } }: Release, services: readonly string[], place: Place): void {
  const seen = new Set<string>();
  for (const [index, group] of groups.entries()) {
    for (const name of group) {
      assertService(name, services, place.at(index));
      if (seen.has(name)) throw place.malformed(`name ${name} twice, a service is in one group at most`);
      seen.add(name);
    }
  }
}

function checkStages({ manifest: { stages, groups = [] } }: Release, services: readonly string[], place: Place): void {
  if (stages === undefined) return;
  for (const [index, patterns] of stages.entries()) {
    const idle = patterns.find(pattern => !services.some(name => matches(pattern, name)));
    if (idle !== undefined) throw place.at(index).wrong(idle, `what matches a service: ${services.join(', ')}`);
  }
  const stageOf = (name: string) => {
    const found = stages.flatMap((patterns, index) =>
      patterns.some(pattern => matches(pattern, name)) ? [index] : [],
    );
    if (found.length === 1) return found[0];
    const where = found.length === 0 ? 'no stage' : `stages ${found.map(index => index + 1).join(' and ')}`;
    throw place.malformed(`have ${name} in ${where}, a service belongs into exactly one`);
  };
  const numbers = new Map(services.map(name => [name, stageOf(name)]));
  const split = groups.find(group => new Set(group.map(name => numbers.get(name))).size > 1);
  if (split !== undefined) throw place.malformed(`split the group ${split.join(', ')}, which changes in one stage`);
}
