import { serviceNames } from '../domain/swarm/render-stack';
import { parseRoutes } from '../domain/swarm/route-file';
import { type Colour, unitsOf } from '../domain/swarm/units';
import type { StackFolder } from './adapters/stack-folder';
import type { CurrentState } from './current-state';
import type { World } from './world';

/** Full names of the services of kept colours. */
export function keptServices(stack: string, colours: Readonly<Record<string, Colour>>): string[] {
  return Object.entries(colours).map(([service, colour]) => `${stack}_${service}-${colour}`);
}

/** Full names of what is live. */
export function liveServices(folder: StackFolder, { n, colours }: CurrentState): string[] {
  const live = n === null ? undefined : folder.kept(n);
  if (live === undefined) return [];
  return unitsOf(live.release).flatMap(unit => {
    const colour = unit.services.map(name => colours[name]).find(found => found !== undefined);
    return serviceNames(folder.stack, unit, colour);
  });
}

/**
 * Removes services of the stack that neither serve nor are kept for the way back: those that a release leaves out, and what a
 * killed run has left, such as a hook. Where the public is sent is never removed, whatever the program thinks of it.
 *
 * @returns their names
 */
export async function removeStrays(world: World, folder: StackFolder): Promise<readonly string[]> {
  const { stack } = folder;
  const current = folder.current();
  const text = world.traefik.routes(stack);
  const wanted = new Set([
    ...liveServices(folder, current),
    ...keptServices(stack, current.kept?.colours ?? {}),
    ...keptServices(stack, text === undefined ? {} : parseRoutes(stack, text)),
  ]);
  const there = (await world.docker.services(stack)).map(({ Spec }) => Spec.Name);
  const strays = there.filter(name => !wanted.has(name));
  await world.cli.removeServices(strays);
  return strays;
}
