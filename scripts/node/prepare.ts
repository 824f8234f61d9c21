import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { assertDisk, biggestTaskBytes, chooseStrategy, memoryOf } from '../domain/swarm/capacity';
import { contentName } from '../domain/swarm/content-name';
import type { Release } from '../domain/release/release';
import { serviceNames } from '../domain/swarm/render-stack';
import { type ResolvedNames, type Unit, unitFingerprint, unitsOf } from '../domain/swarm/units';
import type { StackFolder } from './adapters/stack-folder';
import type { CurrentState } from './current-state';
import { dropKept } from './kept';
import { pullImages } from './pull-images';
import { type KeptRelease, replicasOf } from './run';
import { driftedServices } from './specs';
import type { StepLog } from './step-log';
import { until } from './until';
import type { World } from './world';

const LOOK_EVERY_MS = 500;
/** A task may take its time to end. */
const ROOM_WITHIN_MS = 60_000;

/** What has to be known and there before anything is started. */
export interface Prepared {
  readonly resolved: ResolvedNames;
  /** Units that differ from what is live. */
  readonly changed: readonly Unit[];
  readonly strategy: 'colours' | 'rolling';
}

/**
 * Checks the node, pulls the images and enters secrets and files into Docker. Nothing that runs is touched.
 *
 * @param n  number of the release, for the names of what is made
 */
export async function prepare(
  world: World,
  folder: StackFolder,
  release: Release,
  n: number,
  steps: StepLog,
): Promise<Prepared> {
  const { stack, registry } = release.manifest;
  const root = await world.docker.rootFolder();
  const strategy = await steps.run('check', 'disk and memory of the node', async () => {
    assertDisk(world.resources.disk(root));
    assertOneColour(release, folder.current());
    return strategyFor(world, folder, release, steps);
  });
  const needed = neededSecrets(release);
  const secrets =
    needed.length === 0
      ? {}
      : await steps.run('secrets', `read ${needed.join(', ')}`, () => readSecrets(world, release));
  await steps.run('pull', 'every image on every node', async () => {
    await pullImages(world, stack, release, n, async () => {
      if (registry === undefined) return;
      const { server, username, passwordSecret } = registry;
      await world.cli.login({ server, username, password: secrets[passwordSecret] ?? '' });
    });
  });
  const resolved = await enterContent(world, folder, release, secrets);
  return { resolved, changed: await changedUnits(world, stack, { release, resolved }, folder.current()), strategy };
}

/** Units that are not what is live: by the release, or because somebody has changed what runs. */
export async function changedUnits(
  world: World,
  stack: string,
  { release, resolved }: KeptRelease,
  current: CurrentState,
): Promise<readonly Unit[]> {
  const { changed, gone } = driftedServices(await world.docker.services(stack), current);
  const drifted = new Set([...changed, ...gone]);
  return unitsOf(release).filter(unit => {
    const names = serviceNames(stack, unit, current.colours[unit.services[0] ?? '']);
    const isSame = current.fingerprints[unit.name] === unitFingerprint(release, unit, resolved);
    return !isSame || names.some(name => drifted.has(name));
  });
}

/** On a node that is too small for it, the tasks that are kept for the way back make room. */
async function strategyFor(
  world: World,
  folder: StackFolder,
  release: Release,
  steps: StepLog,
): Promise<'colours' | 'rolling'> {
  const coloured = unitsOf(release).filter(({ kind }) => kind === 'coloured');
  if (coloured.length === 0) return 'rolling';
  const wanted = release.manifest.strategy ?? 'auto';
  const memoryBytesNeeded = memoryOf(release, coloured, replicasOf(release, folder.current()));
  const fits = () => {
    const { memory, swap } = world.resources.memory();
    return memoryBytesNeeded <= memory + swap / 2;
  };
  if (wanted !== 'rolling' && !fits() && folder.current().kept !== undefined) {
    await dropKept(world, folder, steps);
    const options = { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: ROOM_WITHIN_MS };
    await until(async () => Promise.resolve(fits() || undefined), options);
  }
  const { strategy, says } = chooseStrategy({
    wanted,
    memoryBytesNeeded,
    biggestTaskBytes: biggestTaskBytes(release, coloured),
    available: world.resources.memory(),
  });
  if (says !== undefined) steps.note(says);
  return strategy;
}

/** Services that were live in different colours cannot change colour together. */
function assertOneColour(release: Release, { colours }: CurrentState): void {
  for (const { services } of unitsOf(release)) {
    const live = new Set(services.map(service => colours[service]).filter(colour => colour !== undefined));
    if (live.size < 2) continue;
    throw new SlipwayError(
      `group ${services.join(', ')} is live in two colours; release it once without the group, then with it`,
      ExitCode.Refused,
    );
  }
}

/** Secrets that the services and the registry need, by their names. */
function neededSecrets({ manifest: { registry }, stack }: Release): readonly string[] {
  const declared = Object.keys(stack.secrets ?? {});
  return [...new Set([...declared, ...(registry === undefined ? [] : [registry.passwordSecret])])];
}

export async function readSecrets(world: World, release: Release): Promise<Readonly<Record<string, string>>> {
  const needed = neededSecrets(release);
  const { parameterPath } = world.settings.stacks[release.manifest.stack] ?? { parameterPath: '' };
  return needed.length === 0 ? {} : world.readSecrets(parameterPath, needed);
}

/** Names that secrets and files have in Docker; both follow from the content. */
export function resolveNames(
  folder: StackFolder,
  { manifest: { stack }, stack: file }: Release,
  secrets: Readonly<Record<string, string>>,
): ResolvedNames {
  const key = folder.contentKey();
  const named = (name: string, content: string) => [name, contentName(stack, name, content, key)] as const;
  return {
    secrets: Object.fromEntries(Object.keys(file.secrets ?? {}).map(name => named(name, secrets[name] ?? ''))),
    configs: Object.fromEntries(Object.entries(file.configs ?? {}).map(([name, { content }]) => named(name, content))),
  };
}

async function enterContent(
  world: World,
  folder: StackFolder,
  release: Release,
  secrets: Readonly<Record<string, string>>,
): Promise<ResolvedNames> {
  const { manifest, stack: file } = release;
  const resolved = resolveNames(folder, release, secrets);
  const there = await world.docker.contentNames(manifest.stack);
  const contents = [
    ...Object.entries(resolved.secrets).map(([name, full]) => ['secret', full, secrets[name] ?? ''] as const),
    ...Object.entries(resolved.configs).map(
      ([name, full]) => ['config', full, file.configs?.[name]?.content ?? ''] as const,
    ),
  ];
  const known = { secret: there.secrets, config: there.configs };
  await Promise.all(
    contents
      .filter(([kind, full]) => !known[kind].includes(full))
      .map(([kind, full, content]) => world.cli.createContent(kind, full, content)),
  );
  return resolved;
}
