import type { StackFolder } from './adapters/stack-folder';
import type { World } from './world';

/** Images of this stack's releases are tagged under this name, so that no `docker image prune` takes a way back. */
const KEEP_REPOSITORY = 'slipway-keep';
const KEEP_RELEASES = 5;

/** What a prune has removed. */
export interface Pruned {
  readonly images: number;
  readonly bytes: number;
}

/**
 * Removes images, secrets and files of this stack that no release needs any more. What others brought to the node is left
 * alone: only images that a release of this stack has tagged are looked at.
 *
 * @param keep  images of the releases that one may want to go back to
 */
export async function prune(world: World, folder: StackFolder, keep: readonly string[]): Promise<Pruned> {
  const { stack } = folder;
  const services = await world.docker.services(stack);
  await world.cli.removeEndedContainers(
    stack,
    services.map(({ ID }) => ID),
  );
  const all = await world.docker.images();
  const there = new Set(all.flatMap(({ RepoDigests }) => (RepoDigests ?? []).map(digestOf)));
  // A node that was replaced has the records of older releases, and not their images.
  const wanted = [...new Set([...keep, ...services.map(({ Spec }) => Spec.TaskTemplate.ContainerSpec.Image)])].filter(
    image => there.has(digestOf(image)),
  );
  for (const image of wanted) await tagImage(world, stack, image);
  const used = new Set(await world.docker.usedImages());
  const tags = new Set(wanted.map(image => keepTag(stack, image)));
  const over = all.filter(({ Id, RepoTags }) => {
    const ours = (RepoTags ?? []).filter(tag => tag.startsWith(`${KEEP_REPOSITORY}/${stack}:`));
    return ours.length > 0 && !ours.some(tag => tags.has(tag)) && !used.has(Id);
  });
  for (const { RepoTags, RepoDigests } of over) {
    // An image that another stack's release has tagged too stays, without this stack's tag.
    const foreign = (RepoTags ?? []).some(
      tag => tag.startsWith(`${KEEP_REPOSITORY}/`) && !tag.startsWith(`${KEEP_REPOSITORY}/${stack}:`),
    );
    const ours = (RepoTags ?? []).filter(tag => tag.startsWith(`${KEEP_REPOSITORY}/${stack}:`));
    await world.cli.removeImages(foreign ? ours : [...ours, ...(RepoDigests ?? [])]);
  }
  await pruneContent(world, folder);
  return { images: over.length, bytes: over.reduce((sum, { Size }) => sum + Size, 0) };
}

/** Marks an image as one that a release of this stack has brought, so that a later prune may remove it and nobody else does. */
export async function tagImage(world: World, stack: string, image: string): Promise<void> {
  await world.cli.tag(image, keepTag(stack, image));
}

/** Secrets and files that neither a service uses (Docker refuses those by itself) nor one of the last good releases. */
async function pruneContent(world: World, folder: StackFolder): Promise<void> {
  const { secrets, configs } = await world.docker.contentNames(folder.stack);
  const recent = folder
    .records()
    .filter(({ result }) => result === 'done')
    .slice(-KEEP_RELEASES)
    .map(({ n }) => folder.kept(n)?.resolved);
  const named = new Set(
    recent.flatMap(resolved => [...Object.values(resolved?.secrets ?? {}), ...Object.values(resolved?.configs ?? {})]),
  );
  const over = (names: readonly string[]) => names.filter(name => !named.has(name));
  for (const name of over(secrets)) await world.cli.removeContent('secret', [name]);
  for (const name of over(configs)) await world.cli.removeContent('config', [name]);
}

function keepTag(stack: string, image: string): string {
  return `${KEEP_REPOSITORY}/${stack}:${digestOf(image).slice(0, 32)}`;
}

/** The digest says which image it is, whatever it is called. */
function digestOf(image: string): string {
  return image.slice(image.indexOf('@sha256:') + '@sha256:'.length);
}
