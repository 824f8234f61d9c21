import { parseCounts, type Sample, withSample } from '../domain/swarm/traffic';
import type { World } from './world';

/** What Traefik has counted for a stack until now. */
export async function trafficOf(world: World, stack: string): Promise<Sample> {
  const text = await world.traefik.metrics();
  return sampleOf(world, text, stack);
}

/** Notes for every stack what Traefik has counted, for a later `watch`. A proxy that does not answer is no reason to fail. */
export async function sampleTraffic(world: World): Promise<void> {
  try {
    const text = await world.traefik.metrics();
    for (const stack of Object.keys(world.settings.stacks)) {
      const folder = world.folder(stack);
      folder.setSamples(withSample(folder.samples(), sampleOf(world, text, stack)));
    }
  } catch (error) {
    world.output.log(`traffic was not noted: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function sampleOf({ now, settings }: World, text: string, stack: string): Sample {
  return { at: now().toISOString(), services: parseCounts(text, stack, Object.keys(settings.stacks)) };
}
