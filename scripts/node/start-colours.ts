import { renderServices } from '../domain/swarm/render-stack';
import type { Unit } from '../domain/swarm/units';
import { traefikService } from '../domain/swarm/route-file';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Run } from './run';
import { until } from './until';
import { dropKept } from './kept';
import { wantedServices, type WantedService } from './wanted-services';
import { waitForTasks } from './wait-for-tasks';

const DEADLINE_SECONDS = 300;
const LISTED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/** Starts units beside what is live, without traffic, and waits until all of their tasks run. */
export async function startColours(run: Run, units: readonly Unit[]): Promise<void> {
  const { world, stack, steps } = run;
  await steps.run('start', `${describe(run, units)} without traffic`, async () => {
    // Tasks of an older release may still have the colour; their way back ends here.
    const { kept } = run.folder.current();
    const isTaken = units.some(({ services }) => services.some(name => kept !== undefined && name in kept.colours));
    if (isTaken) await dropKept(world, run.folder, steps);
    for (const unit of units) run.begin({ kind: 'started', unit: unit.name, colour: run.colourOf(unit) ?? 'blue' });
    await world.cli.deployStack(stack, composeOf(run, units));
  });
  await steps.run('wait', 'until every task runs the wanted image and is healthy', () => settled(run, units));
}

/**
 * Waits until Traefik lists all tasks of the units. A busy Docker may have taken a task for healthy that is gone by then, so
 * each look demands all of them again.
 *
 * @throws ServiceFailure when the tasks are the reason
 */
export async function waitUntilListed(run: Run, units: readonly Unit[]): Promise<void> {
  const { world } = run;
  for (const [name, replicas] of listed(run, units)) {
    const look = async () => {
      await settled(run, units);
      return (await world.traefik.servers(name)) === replicas ? true : undefined;
    };
    const found = await until(look, { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: LISTED_WITHIN_MS });
    if (found === undefined) {
      throw new SlipwayError(
        `Traefik does not list the ${replicas} tasks of ${name}; see the network edge and the route's port`,
        ExitCode.VerificationFailed,
      );
    }
  }
}

/** Waits until the units have the tasks that this release wants. */
export async function settled(run: Run, units: readonly Unit[]): Promise<void> {
  await waitForTasks(
    run.world,
    run.stack,
    wantedOf(run, units),
    (run.manifest.deadlineSeconds ?? DEADLINE_SECONDS) * 1000,
  );
}

export function composeOf(run: Run, units: readonly Unit[]) {
  const coloured = units.map(unit => ({ unit, colour: run.colourOf(unit) }));
  return renderServices({ ...run.wanted, units: coloured, replicas: run.replicas() });
}

/** What the units of this release are to look like in the swarm. */
export function wantedOf(run: Run, units: readonly Unit[]): readonly WantedService[] {
  const coloured = units.map(unit => ({ unit, colour: run.colourOf(unit) }));
  return wantedServices(run.stack, run.wanted, coloured, run.replicas());
}

/** Names and numbers of tasks that Traefik is to have of units. */
export function listed(run: Run, units: readonly Unit[]): [name: string, replicas: number][] {
  const replicas = run.replicas();
  return units.flatMap(unit =>
    unit.services
      .filter(service => service in run.manifest.routes)
      .map(
        service =>
          [traefikService(run.stack, service, run.colourOf(unit) ?? 'blue'), replicas[service] ?? 1] as [
            string,
            number,
          ],
      ),
  );
}

function describe(run: Run, units: readonly Unit[]): string {
  return units.map(unit => `${unit.services.join('+')} in ${run.colourOf(unit) ?? 'place'}`).join(', ');
}
