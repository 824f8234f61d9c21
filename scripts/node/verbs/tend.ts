import { ExitCode } from '../../domain/exit-code';
import { imagesToKeep } from '../../domain/release/history';
import { SlipwayError } from '../../domain/slipway-error';
import type { StackFolder } from '../adapters/stack-folder';
import { applyRelease } from '../apply';
import { prune } from '../prune';
import { alone, type Asker, ownerOf } from '../session';
import { keptServices } from '../start-colours';
import type { World } from '../world';
import { waitForTasks } from '../wait-for-tasks';

const SCALE_WITHIN_MS = 300_000;

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

/** `tidy`: what a timer calls. Ends interrupted releases and removes what has expired, on stacks that nobody works on. */
export async function tidy(world: World): Promise<ExitCode> {
  for (const stack of Object.keys(world.settings.stacks)) {
    const folder = world.folder(stack);
    const inOrder = folder.journal() === undefined && !hasExpired(world, folder);
    if (inOrder) continue;
    try {
      await alone(world, folder, { by: 'timer', verb: 'tidy' }, () => removeExpired(world, folder));
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.exitCode !== ExitCode.Locked) throw error;
    }
  }
  return ExitCode.Done;
}

/** `resume`: brings back every stack's release on a node that has just been made. */
export async function resume(world: World): Promise<ExitCode> {
  for (const stack of Object.keys(world.settings.stacks)) {
    const folder = world.folder(stack);
    const { n } = folder.current();
    const kept = n === null ? undefined : folder.kept(n);
    if (kept === undefined) {
      world.output.log(`${stack}: nothing was released yet`);
      continue;
    }
    const { version } = kept.release.manifest;
    await alone(world, folder, { by: 'node', verb: `resume ${version}` }, async () => {
      if ((await world.docker.services(stack)).length > 0) {
        world.output.log(`${stack}: ${version} is here already`);
        return;
      }
      // Nothing of it runs on this node: it is the first release of this swarm, with the history of the last one.
      const { scaled, maintenance } = folder.current();
      folder.setCurrent({ n: null, colours: {}, fingerprints: {}, specs: {}, scaled, maintenance });
      try {
        await applyRelease(
          world,
          folder,
          { ...kept.release, manifest: { ...kept.release.manifest, by: 'node', canary: undefined, pause: false } },
          'resume',
        );
      } catch (error) {
        folder.setCurrent({ ...folder.current(), n });
        throw error;
      }
    });
  }
  return ExitCode.Done;
}

/** `scale`: other numbers of tasks, which the next release keeps. */
export async function scale(
  world: World,
  stack: string,
  asker: Asker,
  wanted: Readonly<Record<string, number>>,
): Promise<ExitCode> {
  const folder = world.folder(stack);
  const counts = Object.entries(wanted).map(pair => pair.join('='));
  return alone(world, folder, ownerOf(asker, counts.join(' ')), async () => {
    const current = folder.current();
    const services = (current.n === null ? undefined : folder.kept(current.n)?.release.stack.services) ?? {};
    const unknown = Object.keys(wanted).find(name => !(name in services));
    if (unknown !== undefined) {
      throw new SlipwayError(
        `${stack} has no service ${JSON.stringify(unknown)}; it has ${Object.keys(services).join(', ') || 'none yet'}`,
      );
    }
    const full = (name: string) =>
      [stack, [name, current.colours[name]].filter(part => part !== undefined).join('-')].join('_');
    await world.cli.scale(Object.fromEntries(Object.entries(wanted).map(([name, replicas]) => [full(name), replicas])));
    const targets = Object.entries(wanted).map(([name, replicas]) => ({
      service: full(name),
      image: services[name]?.image ?? '',
      replicas,
    }));
    await waitForTasks(world, stack, targets, SCALE_WITHIN_MS);
    const scaled = Object.fromEntries(
      Object.entries(wanted).map(([name, replicas]) => [
        name,
        { replicas, configured: services[name]?.deploy.replicas ?? 1 },
      ]),
    );
    folder.setCurrent({ ...current, scaled: { ...current.scaled, ...scaled } });
    world.output.print(targets.map(({ service, replicas }) => `${service}: ${replicas}/${replicas}`).join('\n'));
    world.output.json({ stack, scaled: wanted });
    return ExitCode.Done;
  });
}

function hasExpired({ now }: World, folder: StackFolder): boolean {
  const { kept } = folder.current();
  return kept !== undefined && new Date(kept.until) <= now();
}

async function removeExpired(world: World, folder: StackFolder): Promise<void> {
  const current = folder.current();
  if (current.kept === undefined || !hasExpired(world, folder)) return;
  await world.cli.removeServices(keptServices(folder.stack, current.kept.colours));
  folder.setCurrent({ ...current, kept: undefined });
}
