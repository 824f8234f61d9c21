import { renderServices, serviceNames } from '../domain/swarm/render-stack';
import { parseRoutes } from '../domain/swarm/route-file';
import { unitsOf } from '../domain/swarm/units';
import { routeOptions, writeLive } from './routes';
import type { JournalStep } from './journal';
import type { Run } from './run';
import { waitForTasks } from './wait-for-tasks';

const DEADLINE_MS = 300_000;

/** Whether the steps of a run have changed what the public gets. */
export function touchedPublic(steps: readonly JournalStep[]): boolean {
  return steps.some(({ kind }) => kind !== 'started');
}

/**
 * Undoes what a run has done, the latest first. It may be repeated: each step ends where it would have ended alone.
 *
 * @throws when a step cannot be undone; the journal is left for the next attempt
 */
export async function takeBack(run: Run): Promise<void> {
  for (const step of [...run.journal.steps].reverse()) {
    if (step.kind === 'switched') await flipBack(run, step.before);
    else if (step.kind === 'started') await removeStarted(run, step);
    else await rollBack(run, step.unit);
  }
}

async function flipBack(run: Run, before: string | null): Promise<void> {
  const { world, stack, steps } = run;
  await steps.run('flip back', before === null ? 'to no route at all' : 'to the tasks that served before', async () => {
    const live = before === null ? {} : parseRoutes(stack, before);
    const release = run.before ?? run.wanted;
    await writeLive(world, routeOptions(world, stack, release, live, run.folder.current().maintenance?.allowedSources));
  });
}

async function removeStarted(run: Run, { unit: name, colour }: JournalStep & { kind: 'started' }): Promise<void> {
  const unit = unitsOf(run.wanted.release).find(found => found.name === name);
  if (unit === undefined) return;
  await closePreview(run);
  await run.steps.run('remove', `${unit.services.join('+')} in ${colour}`, () =>
    run.world.cli.removeServices(serviceNames(run.stack, unit, colour)),
  );
}

/** Leaves what is public as it is, and takes the preview route away. */
async function closePreview({ world, stack, before, wanted, folder }: Run): Promise<void> {
  const text = world.traefik.routes(stack);
  if (text === undefined) return;
  const live = parseRoutes(stack, text);
  await writeLive(
    world,
    routeOptions(world, stack, before ?? wanted, live, folder.current().maintenance?.allowedSources),
  );
}

async function rollBack(run: Run, name: string): Promise<void> {
  const { world, stack, before } = run;
  const unit = unitsOf(run.wanted.release).find(found => found.name === name);
  if (unit === undefined) return;
  const colour = run.colourOf(unit);
  const earlier = before && unitsOf(before.release).find(found => found.name === name);
  if (before === undefined || earlier === undefined) {
    await run.steps.run('remove', unit.services.join('+'), () =>
      world.cli.removeServices(serviceNames(stack, unit, colour)),
    );
    return;
  }
  await run.steps.run('roll back', `${earlier.services.join('+')} to ${before.release.manifest.version}`, async () => {
    const replicas = run.replicas(before.release);
    await world.cli.deployStack(
      stack,
      renderServices({ ...before, units: [{ unit: earlier, ...(colour && { colour }) }], replicas }),
    );
    const wanted = serviceNames(stack, earlier, colour).map((service, index) => {
      const short = earlier.services[index] ?? '';
      return { service, image: before.release.stack.services[short]?.image ?? '', replicas: replicas[short] ?? 1 };
    });
    await waitForTasks(world, stack, wanted, DEADLINE_MS);
  });
}
