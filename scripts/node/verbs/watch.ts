import { ExitCode } from '../../domain/exit-code';
import type { WatchRequest } from '../../domain/release/words';
import { SlipwayError } from '../../domain/slipway-error';
import { describeWatched } from '../../domain/swarm/breach';
import type { StackFolder } from '../adapters/stack-folder';
import { ReleaseWatch } from '../release-watch';
import { pause } from '../until';
import type { World } from '../world';
import { rollback } from './rollback';

const LOOK_EVERY_MS = 5_000;
const TELL_EVERY_MS = 30_000;

/**
 * `watch`: looks at what is live for some minutes and compares it with the hour before. What is worse is rolled back, whoever
 * asked for the watch may be gone by then.
 *
 * @throws SlipwayError 6 when it was rolled back, 7 when that failed, 5 when it was only to be looked at, 9 when something else
 *   became live meanwhile
 */
export async function watch(world: World, stack: string, request: WatchRequest): Promise<ExitCode> {
  const folder = world.folder(stack);
  const { n, version } = liveRelease(folder);
  const breach = await firstBreach(world, folder, n, request);
  const result = breach === undefined ? 'good' : request.only ? 'bad' : 'rolled back';
  if (breach === undefined) {
    world.output.print(`${stack} ${version} was watched for ${request.minutes} min: as good as the hour before`);
  } else if (!request.only) {
    await takeBackFrom(world, stack, request, { n, version, breach });
  }
  world.output.json({ stack, version, n, result, ...(breach !== undefined && { breach }) });
  if (breach === undefined) return ExitCode.Done;
  const next = request.only ? 'it is live still, `rollback` takes it back' : 'it was rolled back';
  throw new SlipwayError(
    `${stack} ${version}: ${breach}; ${next}`,
    request.only ? ExitCode.VerificationFailed : ExitCode.RolledBack,
  );
}

function liveRelease(folder: StackFolder): { readonly n: number; readonly version: string } {
  const { n } = folder.current();
  const live = n === null ? undefined : folder.kept(n);
  const why =
    folder.journal() === undefined ? 'nothing was released yet' : 'a release is not through yet, watch it when it is';
  if (n !== null && live !== undefined && folder.journal() === undefined)
    return { n, version: live.release.manifest.version };
  throw new SlipwayError(`${folder.stack} has nothing to watch: ${why}; see \`status\``, ExitCode.Refused);
}

/** @returns why the release is worse than what was before it; undefined when it was not, all the time */
async function firstBreach(
  world: World,
  folder: StackFolder,
  n: number,
  { minutes, limits }: WatchRequest,
): Promise<string | undefined> {
  const { clock, output } = world;
  const watched = new ReleaseWatch(world, folder, n);
  const began = clock.now();
  const end = began + minutes * 60_000;
  let told = began;
  output.log(`${folder.stack} is watched for ${minutes} min, ${watched.measure}`);
  await watched.look();
  while (clock.now() < end) {
    await pause(clock, Math.min(LOOK_EVERY_MS, end - clock.now()));
    await watched.look();
    const breach = watched.breach(limits);
    const now = clock.now();
    if (breach !== undefined || now - told >= TELL_EVERY_MS || now >= end) {
      told = now;
      const seconds = Math.round((now - began) / 1000);
      output.log(`${seconds} s of ${minutes * 60} s: ${describeWatched(watched.lately())}`);
      output.json({ seconds, ...watched.lately() });
    }
    if (breach !== undefined) return breach;
  }
  watched.assertCounted();
  return undefined;
}

async function takeBackFrom(
  world: World,
  stack: string,
  { by, runUrl }: WatchRequest,
  { n, version, breach }: { readonly n: number; readonly version: string; readonly breach: string },
): Promise<void> {
  world.output.log(`${stack} ${version}: ${breach}; it is rolled back`);
  const asker = { verb: 'rollback', by, reason: `watch: ${breach}`, ...(runUrl !== undefined && { runUrl }) };
  try {
    await rollback(world, stack, asker, undefined, n);
  } catch (error) {
    // Somebody was quicker, and nobody knows how this one would have gone on.
    if (world.folder(stack).current().n !== n) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new SlipwayError(
      `${stack} ${version}: ${breach}; it could not be rolled back: ${why}`,
      ExitCode.RollbackFailed,
      { cause: error },
    );
  }
}
