import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LabShell } from '../swarm-lab/lab-shell';
import { describeFile, type RegistryClient } from '../swarm-lab/registry-client';

/** What `docker save` writes into `manifest.json`, for each image of an archive. */
interface SavedImage {
  readonly Config: string;
  readonly Layers: readonly string[];
}

/**
 * Pushes the one image of an archive that `docker save` has written, without an engine.
 *
 * @returns the digest under which the registry has it
 */
export async function pushSavedImage(
  shell: LabShell,
  client: RegistryClient,
  image: { readonly archive: string; readonly repository: string; readonly tag: string },
): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-image-'));
  try {
    await shell.must(['tar', '--extract', '--file', image.archive, '--directory', folder]);
    const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as unknown;
    const [saved] = read('manifest.json') as readonly [SavedImage];
    const files = saved.Layers.map(layer => path.join(folder, layer));
    const layers = await Promise.all(files.map(describeFile));
    for (const [index, layer] of layers.entries()) await client.pushFile(image.repository, layer, files[index] ?? '');
    return await client.pushImage(image.repository, image.tag, { config: read(saved.Config) as object, layers });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
