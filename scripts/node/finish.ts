import { createHash } from 'node:crypto';
import { type ReleaseRecord, imagesToKeep } from '../domain/release/history';
import { canonicalJson } from '../domain/swarm/canonical-json';
import { serviceNames } from '../domain/swarm/render-stack';
import { type Colour, unitFingerprint, unitsOf } from '../domain/swarm/units';
import type { CurrentState } from './current-state';
import { prune } from './prune';
import type { Run } from './run';
import { keptServices } from './start-colours';
import type { World } from './world';

const KEEP_MINUTES = 30;

/** Writes down that a release is live. May be repeated after a crash: the record is written once. */
export async function finish(run: Run): Promise<ReleaseRecord> {
  const { folder, steps, world } = run;
  run.note({ state: 'proven' });
  const record = recordOf(run, 'done');
  await steps.run('record', `release #${record.n}`, async () => {
    if (!folder.records().some(({ n }) => n === record.n)) folder.addRecord(record);
    const next = await stateAfter(run);
    folder.setCurrent(next);
    await removeWhatIsOver(run, next);
    folder.clearJournal();
  });
  await prune(world, folder, imagesToKeep(folder.records()));
  return record;
}

/** Writes down that a run is over and nothing of it is left. */
export function recordEnd(run: Run, result: ReleaseRecord['result'], message: string): void {
  const { folder, journal } = run;
  // The program may have been killed between the two.
  if (!folder.records().some(({ n }) => n === journal.n)) folder.addRecord(recordOf(run, result, message));
  folder.clearJournal();
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
  const units = unitsOf(release);
  const minutes = run.manifest.keepMinutes ?? KEEP_MINUTES;
  const replaced = replacedColours(run);
  const until = new Date(world.now().getTime() + minutes * 60_000).toISOString();
  const { maintenance, scaled } = folder.current();
  return {
    n: journal.n,
    colours: coloursAfter(run),
    fingerprints: Object.fromEntries(units.map(unit => [unit.name, unitFingerprint(release, unit, resolved)])),
    kept:
      journal.from !== null && minutes > 0 && Object.keys(replaced).length > 0
        ? { n: journal.from, colours: replaced, until }
        : folder.current().kept,
    scaled,
    maintenance,
    specs: await specsOf(world, stack, liveServices(run)),
  };
}

/** Full names of what is live after this run. */
function liveServices(run: Run): string[] {
  return unitsOf(run.wanted.release).flatMap(unit => serviceNames(run.stack, unit, run.colourOf(unit)));
}

/** Colours that had the traffic before and have it no more. */
function replacedColours(run: Run): Record<string, Colour> {
  const after = coloursAfter(run);
  const before = Object.entries(run.current.colours);
  return Object.fromEntries(before.filter(([service, colour]) => after[service] !== colour));
}

/** Services of the release before that neither serve nor are kept for the way back. */
async function removeWhatIsOver(run: Run, next: CurrentState): Promise<void> {
  const { stack, before, world } = run;
  if (before === undefined) return;
  const wanted = new Set([...liveServices(run), ...keptServices(stack, next.kept?.colours ?? {})]);
  const there = (await world.docker.services(stack)).map(({ Spec }) => Spec.Name);
  const over = there.filter(name => !wanted.has(name));
  if (over.length > 0) run.steps.note(`no longer needed: ${over.join(', ')}`);
  await world.cli.removeServices(over);
}

/** Hash of the specification of services, by full name, to notice a change by hand. */
export async function specsOf(world: World, stack: string, names: readonly string[]): Promise<Record<string, string>> {
  const services = (await world.docker.services(stack)).filter(({ Spec }) => names.includes(Spec.Name));
  const hash = (template: unknown) => createHash('sha256').update(canonicalJson(template)).digest('hex').slice(0, 16);
  return Object.fromEntries(
    services.map(({ Spec: { Name, TaskTemplate } }) => [Name, hash({ ...TaskTemplate, ForceUpdate: 0 })]),
  );
}
