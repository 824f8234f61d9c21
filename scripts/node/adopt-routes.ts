import { parseRoutes } from '../domain/swarm/route-file';
import { type Colour, unitFingerprint, unitsOf } from '../domain/swarm/units';
import type { StackFolder } from './adapters/stack-folder';
import type { CurrentState } from './current-state';
import { keptServices } from './strays';
import type { World } from './world';

type Colours = Readonly<Record<string, Colour>>;

/**
 * Believes the route file where somebody has moved the public by hand, as the runbook says: what the public uses is what is
 * live, and the next release must not start in its colour.
 */
export async function adoptRoutes(world: World, folder: StackFolder): Promise<void> {
  const current = folder.current();
  const text = world.traefik.routes(folder.stack);
  if (text === undefined || current.n === null || folder.journal() !== undefined) return;
  const routed = parseRoutes(folder.stack, text);
  const there = new Set((await world.docker.services(folder.stack)).map(({ Spec }) => Spec.Name));
  const moved = Object.fromEntries(
    Object.entries(routed).filter(
      ([service, colour]) =>
        current.colours[service] !== colour &&
        keptServices(folder.stack, { [service]: colour }).every(name => there.has(name)),
    ),
  );
  if (Object.keys(moved).length === 0) return;
  world.output.log(`the public was sent elsewhere by hand (${describe(moved)}); going on from there`);
  // What no record tells of is no release: whatever comes next differs from it.
  const unknown = { colours: { ...current.colours, ...moved }, fingerprints: {}, kept: undefined, specs: {} };
  folder.setCurrent(backToKept(folder, current, moved) ?? { ...current, ...unknown });
}

/** The release that was kept is live, and the one that was live is kept. */
function backToKept(folder: StackFolder, current: CurrentState, moved: Colours): CurrentState | undefined {
  const { n, kept, colours } = current;
  const release = kept && folder.kept(kept.n);
  if (n === null || kept === undefined || release === undefined || describe(kept.colours) !== describe(moved)) {
    return undefined;
  }
  const names = Object.keys(moved);
  const units = unitsOf(release.release).filter(({ services }) => services.some(name => names.includes(name)));
  const fingerprints = units.map(
    unit => [unit.name, unitFingerprint(release.release, unit, release.resolved)] as const,
  );
  const before = Object.entries(colours).filter(([name]) => names.includes(name));
  return {
    ...current,
    n: kept.n,
    colours: { ...colours, ...moved },
    fingerprints: { ...current.fingerprints, ...Object.fromEntries(fingerprints) },
    kept: { n, colours: Object.fromEntries(before), until: kept.until },
    specs: {},
  };
}

function describe(colours: Colours): string {
  return Object.entries(colours)
    .map(([service, colour]) => `${service} in ${colour}`)
    .sort()
    .join(', ');
}
