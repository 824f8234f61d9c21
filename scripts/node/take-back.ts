import { renderServices, serviceNames } from '../domain/swarm/render-stack';
import { unitsOf } from '../domain/swarm/units';
import { liveRoutes, routeText, writeLive } from './routes';
import type { JournalStep } from './journal';
import type { Run } from './run';
import { removeStrays } from './strays';
import { wantedServices } from './wanted-services';
import { waitForTasks } from './wait-for-tasks';

const DEADLINE_MS = 300_000;
/** The tasks that served before may just be coming back themselves, when the engine was restarted. */
const FOLLOW_WITHIN_MS = 60_000;

/**
 * Undoes what a run has done: first the traffic goes back, then what nobody uses any more goes, the latest first. It may be
 * repeated: each step ends where it would have ended alone.
 *
 * @throws when a step cannot be undone; the journal is left for the next attempt
 */
export async function takeBack(run: Run): Promise<void> {
  const { world, stack, folder, journal } = run;
  const kinds = new Set(journal.steps.map(({ kind }) => kind));
  // What is not public needs no proof, and what was changed in place answers only once it is what it was.
  if (kinds.size > 0) world.traefik.writeRoutes(stack, routeText(liveRoutes(run)));
  if (kinds.has('switched') && kinds.has('started')) await flipBack(run);
  for (const step of [...journal.steps].reverse()) {
    if (step.kind === 'started') await removeStarted(run, step);
    else if (step.kind === 'rolled') await rollBack(run, step.unit);
  }
  if (kinds.has('switched') && !kinds.has('started')) await flipBack(run);
  await removeStrays(world, folder);
}

async function flipBack(run: Run): Promise<void> {
  const whom = run.before === undefined ? 'to no route at all' : 'to the tasks that served before';
  await run.steps.run('flip back', whom, () => writeLive(run.world, liveRoutes(run), FOLLOW_WITHIN_MS));
}

async function removeStarted(run: Run, { unit: name, colour }: JournalStep & { kind: 'started' }): Promise<void> {
  const unit = unitsOf(run.wanted.release).find(found => found.name === name);
  if (unit === undefined) return;
  await run.steps.run('remove', `${unit.services.join('+')} in ${colour}`, () =>
    run.world.cli.removeServices(serviceNames(run.stack, unit, colour)),
  );
}

/** What was changed in place becomes what it was; what was new goes with the strays. */
async function rollBack(run: Run, name: string): Promise<void> {
  const { world, stack, before } = run;
  const unit = unitsOf(run.wanted.release).find(found => found.name === name);
  if (before === undefined || unit === undefined) return;
  const earlier = unitsOf(before.release).filter(({ services }) => services.some(one => unit.services.includes(one)));
  if (earlier.length === 0) return;
  const services = earlier.flatMap(found => found.services).join('+');
  await run.steps.run('roll back', `${services} to ${before.release.manifest.version}`, async () => {
    const units = earlier.map(found => ({ unit: found, colour: run.liveColour(found) }));
    const replicas = run.replicas(before.release);
    await world.cli.deployStack(stack, renderServices({ ...before, units, replicas }));
    await waitForTasks(world, stack, wantedServices(stack, before, units, replicas), DEADLINE_MS);
  });
}
