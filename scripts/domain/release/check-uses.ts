import type { Place } from './place';
import type { Release, ServiceFile } from './release';

type Kind = 'volumes' | 'secrets' | 'configs';

/** Every volume, secret and config that a service names is declared, and every declared one is named. */
export function checkUses(release: Release, place: Place): void {
  for (const kind of ['volumes', 'secrets', 'configs'] as const) checkKind(release, kind, place);
  for (const [name, service] of Object.entries(release.stack.services)) {
    checkTargets(service, place.at('services').at(name));
  }
  checkColouredVolumes(release, place.at('volumes'));
}

function checkKind({ stack }: Release, kind: Kind, place: Place): void {
  const declared = Object.keys(stack[kind] ?? {});
  const used = new Set<string>();
  for (const [name, service] of Object.entries(stack.services)) {
    for (const [index, { source }] of (service[kind] ?? []).entries()) {
      const at = place.at('services').at(name).at(kind).at(index).at('source');
      if (!declared.includes(source))
        throw at.wrong(source, `one that stack.${kind} declares: ${declared.join(', ') || 'none'}`);
      used.add(source);
    }
  }
  const unused = declared.find(name => !used.has(name));
  if (unused !== undefined) throw place.at(kind).at(unused).malformed('is used by no service, remove it');
}

/** Two things at one place in a container: which one wins is up to the engine. */
function checkTargets(service: ServiceFile, place: Place): void {
  const targets = [
    ...(service.volumes ?? []).map(({ target }) => target),
    ...(service.configs ?? []).map(({ target }) => target),
    ...(service.secrets ?? []).map(({ source, target }) => `/run/secrets/${target ?? source}`),
    ...(service.tmpfs ?? []).map(target => target.split(':')[0] ?? ''),
  ];
  const repeated = targets.find((target, index) => targets.indexOf(target) !== index);
  if (repeated !== undefined) throw place.malformed(`mounts two things at ${repeated}, give one another target`);
}

/** A volume of a colour is only there for services that have a colour, and the same one at the same time. */
function checkColouredVolumes({ stack, manifest }: Release, place: Place): void {
  for (const [volume, { perColour }] of Object.entries(stack.volumes ?? {})) {
    if (perColour !== true) continue;
    const users = Object.keys(stack.services).filter(name =>
      stack.services[name]?.volumes?.some(({ source }) => source === volume),
    );
    const units = [...(manifest.groups ?? []), ...users.map(name => [name])];
    const unit = units.find(services => users.every(name => services.includes(name)));
    if (unit?.some(name => Object.hasOwn(manifest.routes, name)) === true) continue;
    throw place
      .at(volume)
      .malformed(
        `has a colour, so ${users.join(', ')} must be one service with a route or one of the manifest's groups with one`,
      );
  }
}
