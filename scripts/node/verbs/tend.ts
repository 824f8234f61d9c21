import { ExitCode } from '../../domain/exit-code';
import { imagesToKeep } from '../../domain/release/history';
import { SlipwayError } from '../../domain/slipway-error';
import type { StackFolder } from '../adapters/stack-folder';
import { StackLock } from '../adapters/stack-lock';
import { applyRelease } from '../apply';
import { prune } from '../prune';
import { NOTHING_LIVE } from '../current-state';
import { dropKept, hasExpired } from '../kept';
import { alone, type Asker, ownerOf } from '../session';
import { sampleTraffic } from '../sample-traffic';
import type { World } from '../world';

/** `prune`: removes what no release needs any more, and the kept colour when its time is over. */
export async function pruneStack(world: World, stack: string, asker: Asker): Promise<ExitCode> {
  const folder = world.folder(stack);
  return alone(world, folder, ownerOf(asker), async () => {
    await removeExpired(world, folder);
    const { images, bytes } = await prune(world, folder, imagesToKeep(folder.records()));
    world.output.print(`${stack}: removed ${images} images, ${(bytes / 1e6).toFixed(1)} MB`);
    world.output.json({ stack, images, bytes });
    return ExitCode.Done;
  });
}

/**
 * `tidy`: what a timer calls. Ends interrupted releases and removes what has expired, on stacks that nobody works on; then notes
 * what Traefik has counted.
 */
export async function tidy(world: World): Promise<ExitCode> {
  const tidied = onEachStack(world, async folder => {
    const isLeft = await new StackLock(folder, world.now).isLeftBehind();
    if (folder.journal() === undefined && !hasExpired(world, folder) && !isLeft) return;
    try {
      await alone(world, folder, { by: 'timer', verb: 'tidy' }, () => removeExpired(world, folder));
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.exitCode !== ExitCode.Locked) throw error;
    }
  });
  return tidied.finally(() => sampleTraffic(world));
}

/** `resume`: brings back every stack's release on a node that has just been made. */
export async function resume(world: World): Promise<ExitCode> {
  return onEachStack(world, async (folder, stack) => {
    // A resume that was killed has left no number, but the records know.
    const n = folder.current().n ?? folder.records().findLast(({ result }) => result === 'done')?.n;
    const kept = n === undefined ? undefined : folder.kept(n);
    if (n === undefined || kept === undefined) {
      world.output.log(`${stack}: nothing was released yet`);
      return;
    }
    const { manifest } = kept.release;
    await alone(world, folder, { by: 'node', verb: `resume ${manifest.version}` }, async () => {
      if ((await world.docker.services(stack)).length > 0) {
        world.output.log(`${stack}: ${manifest.version} is here already`);
        return;
      }
      // Nothing of it runs on this node: it is the first release of this swarm, with the history of the last one.
      const { scaled, maintenance } = folder.current();
      folder.setCurrent({ ...NOTHING_LIVE, scaled, maintenance });
      const release = { ...kept.release, manifest: { ...manifest, by: 'node', canary: undefined, pause: false } };
      await applyRelease(world, folder, release, 'resume');
    });
  });
}

/** One stack's trouble is none of another's. */
async function onEachStack(
  world: World,
  work: (folder: StackFolder, stack: string) => Promise<void>,
): Promise<ExitCode> {
  const errors: unknown[] = [];
  for (const stack of Object.keys(world.settings.stacks)) {
    try {
      await work(world.folder(stack), stack);
    } catch (error) {
      world.output.log(`${stack}: ${error instanceof Error ? error.message : String(error)}`);
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return ExitCode.Done;
}

async function removeExpired(world: World, folder: StackFolder): Promise<void> {
  if (hasExpired(world, folder)) await dropKept(world, folder);
}
