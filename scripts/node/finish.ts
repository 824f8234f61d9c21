import { type ReleaseRecord, imagesToKeep } from '../domain/release/history';
import { type Colour, unitFingerprint, unitsOf } from '../domain/swarm/units';
import type { StackFolder } from './adapters/stack-folder';
import type { CurrentState } from './current-state';
import { prune } from './prune';
import type { Run } from './run';
import { specsOf } from './specs';
import { liveServices, removeStrays } from './strays';

const KEEP_MINUTES = 30;

/**
 * Writes down that a release is live, and clears away what it has replaced. May be repeated after a crash: each part is done
 * once. What cannot be done now is left for the next run, as the release is live all the same.
 */
export async function finish(run: Run): Promise<ReleaseRecord> {
  const { folder, steps, world, journal } = run;
  const record = folder.records().find(({ n }) => n === journal.n) ?? recordOf(run, 'done');
  try {
    await steps.run('record', `release #${record.n}`, async () => {
      if (!isRecorded(folder, record.n)) folder.addRecord(record);
      if (folder.current().n !== record.n) folder.setCurrent(await stateAfter(run));
      const over = await removeStrays(world, folder);
      if (over.length > 0) steps.note(`no longer needed: ${over.join(', ')}`);
      folder.clearJournal();
    });
    await prune(world, folder, imagesToKeep(folder.records()));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    steps.note(`${record.version} is live; what is left to do is left for \`tidy\`: ${why}`);
  }
  return record;
}

/** Writes down that a run is over and nothing of it is left. */
export function recordEnd(run: Run, result: ReleaseRecord['result'], message: string): void {
  const { folder, journal } = run;
  // The program may have been killed between the two.
  if (!isRecorded(folder, journal.n)) folder.addRecord(recordOf(run, result, message));
  folder.clearJournal();
}

/** Whether the end of a run is written down. That it could not be taken back is not its end. */
function isRecorded(folder: StackFolder, number: number): boolean {
  return folder.records().some(({ n, result }) => n === number && result !== 'broken');
}

/** What is remembered about a run, however it ended. */
export function recordOf(run: Run, result: ReleaseRecord['result'], message?: string): ReleaseRecord {
  const { manifest, journal, wanted } = run;
  const { stack, version, commit, by, reason, runUrl, migrationLevel } = manifest;
  const services = Object.entries(wanted.release.stack.services);
  return {
    ...{ n: journal.n, stack, version, commit, by, verb: journal.verb, result },
    from: run.before?.release.manifest.version ?? null,
    ...(reason !== undefined && { reason }),
    ...(runUrl !== undefined && { runUrl }),
    ...(migrationLevel !== undefined && { migrationLevel }),
    ...(message !== undefined && { message }),
    startedAt: journal.startedAt,
    finishedAt: run.world.now().toISOString(),
    timings: run.steps.timings(),
    downtimeMs: journal.downtimeMs,
    images: Object.fromEntries(services.map(([name, { image }]) => [name, image])),
    colours: coloursAfter(run),
    strategy: journal.strategy,
  };
}

function coloursAfter(run: Run): Record<string, Colour> {
  const pairs = unitsOf(run.wanted.release).flatMap(unit => {
    const colour = run.colourOf(unit);
    return colour === undefined ? [] : unit.services.map(service => [service, colour] as const);
  });
  return Object.fromEntries(pairs);
}

async function stateAfter(run: Run): Promise<CurrentState> {
  const { wanted, journal, world, stack, folder } = run;
  const { release, resolved } = wanted;
  const minutes = run.manifest.keepMinutes ?? KEEP_MINUTES;
  const replaced = replacedColours(run);
  const until = new Date(world.now().getTime() + minutes * 60_000).toISOString();
  const { maintenance, scaled, kept } = folder.current();
  const isKept = minutes > 0 && Object.keys(replaced).length > 0;
  const next: CurrentState = {
    n: journal.n,
    colours: coloursAfter(run),
    fingerprints: Object.fromEntries(
      unitsOf(release).map(unit => [unit.name, unitFingerprint(release, unit, resolved)]),
    ),
    kept: journal.from !== null && isKept ? { n: journal.from, colours: replaced, until } : kept,
    scaled,
    maintenance,
    specs: {},
  };
  return { ...next, specs: specsOf(await world.docker.services(stack), liveServices(folder, next)) };
}

/** Colours that had the traffic before and have it no more. */
function replacedColours(run: Run): Record<string, Colour> {
  const after = coloursAfter(run);
  const before = Object.entries(run.current.colours);
  return Object.fromEntries(before.filter(([service, colour]) => after[service] !== colour));
}
