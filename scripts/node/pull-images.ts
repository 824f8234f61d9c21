import type { Release } from '../domain/release/release';
import { NO_PROGRAM, pullFailure } from './adapters/docker-cli';
import type { DockerTask } from './adapters/docker-api';
import { tagImage } from './prune';
import { until } from './until';
import type { World } from './world';

const TIMEOUT_MS = 600_000;
const LOOK_EVERY_MS = 250;
/** States of a task before its image is there. */
const PULLING: ReadonlySet<string> = new Set(['new', 'pending', 'assigned', 'accepted', 'preparing']);

/**
 * Brings every image of a release to every node, before anything that runs is touched. One that is here already is not asked
 * for: the way back must not need a registry.
 *
 * @param n      number of the release, for the names of what is made
 * @param login  makes the registry known, if anything has to be pulled
 */
export async function pullImages(
  world: World,
  stack: string,
  release: Release,
  n: number,
  login: () => Promise<void>,
): Promise<void> {
  const images = [...new Set(Object.values(release.stack.services).map(({ image }) => image))];
  const nodes = await world.docker.nodes();
  const here = new Set((await world.docker.images()).flatMap(({ RepoDigests }) => RepoDigests ?? []));
  const missing = images.filter(image => nodes.length > 1 || !here.has(withoutTag(image)));
  if (missing.length > 0) await login();
  for (const [index, image] of missing.entries()) {
    await world.cli.pull(image);
    await tagImage(world, stack, image);
    if (nodes.length > 1) await pullOnAll(world, stack, `pull-${n}-${index}`, image, nodes.length);
  }
}

/** Docker has no command for this: a job whose program does not exist gets as far as having its image, on each node. */
async function pullOnAll(world: World, stack: string, name: string, image: string, nodes: number): Promise<void> {
  const service = `${stack}_${name}`;
  await world.cli.removeServices([service]);
  await world.cli.pullEverywhere(stack, service, image);
  try {
    const look = async () => {
      const found = (await world.docker.services(stack)).find(({ Spec }) => Spec.Name === service);
      const tasks = found === undefined ? [] : await world.docker.tasks([found.ID]);
      const arrived = tasks.filter(({ Status }) => !PULLING.has(Status.State));
      const failed = arrived.find(task => !hasImage(task));
      if (failed !== undefined)
        throw pullFailure(image, `node ${failed.NodeID ?? 'unknown'}: ${failed.Status.Err ?? 'rejected'}`);
      return new Set(arrived.map(({ NodeID }) => NodeID)).size >= nodes ? true : undefined;
    };
    const done = await until(look, { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: TIMEOUT_MS });
    if (done === undefined) throw pullFailure(image, `not on all ${nodes} nodes after ${TIMEOUT_MS / 1000} s`);
  } finally {
    await world.cli.removeServices([service]);
  }
}

/** As Docker lists what it has: the repository with the digest. */
function withoutTag(image: string): string {
  return image.replace(/:[^:@/]+@/, '@');
}

function hasImage({ Status }: DockerTask): boolean {
  return Status.State !== 'rejected' || (Status.Err ?? '').includes(NO_PROGRAM);
}
