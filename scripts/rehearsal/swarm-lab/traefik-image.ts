import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SlipwayError } from '../../domain/slipway-error';
import { takeLock } from '../take-lock';
import type { LabShell } from './lab-shell';

export interface TraefikImageOptions {
  readonly shell: LabShell;
  /** The user's cache folder of slipway. */
  readonly cache: string;
  /** As in the node's stack file, e.g. `traefik:v3.6.12`. */
  readonly image: string;
}

const PULL_SECONDS = 20;

/**
 * Sees to it that the engine has Traefik's image: from the cache, from a registry where one is in reach, or built from the
 * Go module proxy, which takes four minutes on two cores. What was found is kept in the cache.
 */
export async function provideTraefikImage(options: TraefikImageOptions): Promise<void> {
  const { shell, cache, image } = options;
  const kept = keptTraefikImage(cache, image);
  mkdirSync(cache, { recursive: true });
  // Of several labs that need it at the same time one makes it, and the others wait.
  const release = await takeLock(`${kept}.lock`);
  try {
    if (existsSync(kept)) {
      await shell.docker('load', '--quiet', '--input', kept);
      return;
    }
    if (!(await isPulled(options))) await build(options);
    const fresh = `${kept}.${process.pid}`;
    await shell.docker('save', '--output', fresh, image);
    renameSync(fresh, kept);
  } finally {
    release();
  }
}

/** Where the image is kept, as `docker save` has written it. */
export function keptTraefikImage(cache: string, image: string): string {
  return path.join(cache, `${image.replace(/[^a-z0-9.-]/g, '-')}.tar`);
}

async function isPulled({ shell, image }: TraefikImageOptions): Promise<boolean> {
  await shell.run(['timeout', `${PULL_SECONDS}`, 'docker', 'pull', '--quiet', image]);
  return (await shell.docker('images', '--quiet', image)) !== '';
}

async function build({ shell, cache, image }: TraefikImageOptions): Promise<void> {
  if ((await shell.run(['go', 'version'])).code !== 0)
    throw new SlipwayError(
      `${image} is neither in ${cache} nor in reach of a registry, and there is no Go to build it; ` +
        'install Go 1.21 or newer, or see that `docker pull` works',
    );
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'partial-traefik-'));
  try {
    await compile(shell, folder, `github.com/traefik/traefik/v3@${image.split(':')[1] ?? ''}`);
    const archive = path.join(folder, 'root.tar');
    await shell.must(['tar', '--create', '--file', archive, '--directory', path.join(folder, 'root'), '.']);
    await shell.docker('import', '--change', 'ENTRYPOINT ["/traefik"]', archive, image);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Leaves the program as `root/traefik` in the folder. */
async function compile(shell: LabShell, folder: string, module: string): Promise<void> {
  const throwAway = path.join(folder, 'throw-away');
  const sources = path.join(folder, 'sources');
  mkdirSync(throwAway);
  await shell.must(['go', 'mod', 'init', 'throw-away'], { cwd: throwAway });
  const downloaded = await shell.must(['go', 'mod', 'download', '-json', module], { cwd: throwAway });
  cpSync((JSON.parse(downloaded) as { Dir: string }).Dir, sources, { recursive: true });
  // Go keeps its modules read-only.
  await shell.must(['chmod', '-R', 'u+w', sources]);
  // The dashboard is embedded, and not a part of the module; the lab does not look at it.
  mkdirSync(path.join(sources, 'webui', 'static'), { recursive: true });
  writeFileSync(path.join(sources, 'webui', 'static', 'index.html'), 'no dashboard\n');
  await shell.must(['go', 'build', '-ldflags', '-s -w', '-o', path.join(folder, 'root', 'traefik'), './cmd/traefik'], {
    cwd: sources,
    env: { CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' },
  });
}
