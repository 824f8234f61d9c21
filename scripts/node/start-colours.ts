import { renderServices, serviceNames } from '../domain/swarm/render-stack';
import type { Colour, Unit } from '../domain/swarm/units';
import { traefikService } from '../domain/swarm/route-file';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import type { Run } from './run';
import { until } from './until';
import { waitForTasks, type WantedService } from './wait-for-tasks';

const DEADLINE_SECONDS = 300;
const LISTED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** Starts units beside what is live, without traffic, and waits until all of their tasks run and Traefik lists them. */
export async function startColours(run: Run, units: readonly Unit[]): Promise<void> {
  const { world, stack, steps } = run;
  await steps.run('start', `${describe(run, units)} without traffic`, async () => {
    // Tasks of an older release may still have the colour; their way back ends here.
    await removeKept(run, units);
    for (const unit of units) run.begin({ kind: 'started', unit: unit.name, colour: run.colourOf(unit) ?? 'blue' });
    await world.cli.deployStack(stack, composeOf(run, units));
  });
  await steps.run('wait', 'until every task runs the wanted image and is healthy', () => settled(run, units));
  await steps.run('list', 'until Traefik knows all of them', async () => {
    for (const [name, replicas] of listed(run, units)) {
      const look = async () => ((await world.traefik.servers(name)) === replicas ? true : undefined);
      const found = await until(look, { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: LISTED_WITHIN_MS });
      if (found === undefined) {
        throw new SlipwayError(
          `Traefik does not list the ${replicas} tasks of ${name}; see the network edge and the route's port`,
          ExitCode.VerificationFailed,
        );
      }
    }
  });
}

/** Waits until the units have the tasks that this release wants. */
export async function settled(run: Run, units: readonly Unit[]): Promise<void> {
  await waitForTasks(
    run.world,
    run.stack,
    wantedServices(run, units),
    (run.manifest.deadlineSeconds ?? DEADLINE_SECONDS) * 1000,
  );
}

export function composeOf(run: Run, units: readonly Unit[]) {
  const coloured = units.map(unit => ({ unit, colour: run.colourOf(unit) }));
  return renderServices({ ...run.wanted, units: coloured, replicas: run.replicas() });
}

export function wantedServices(run: Run, units: readonly Unit[]): readonly WantedService[] {
  const replicas = run.replicas();
  return units.flatMap(unit =>
    serviceNames(run.stack, unit, run.colourOf(unit)).map((service, index) => {
      const name = unit.services[index] ?? '';
      return { service, image: run.wanted.release.stack.services[name]?.image ?? '', replicas: replicas[name] ?? 1 };
    }),
  );
}

function listed(run: Run, units: readonly Unit[]): [name: string, replicas: number][] {
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

async function removeKept(run: Run, units: readonly Unit[]): Promise<void> {
  const { kept } = run.folder.current();
  if (kept === undefined || !units.some(({ services }) => services.some(name => name in kept.colours))) return;
  run.steps.note(`release #${kept.n} is no longer kept for an instant way back`);
  run.folder.setCurrent({ ...run.folder.current(), kept: undefined });
  await run.world.cli.removeServices(keptServices(run.stack, kept.colours));
}

/** Full names of the services of kept colours. */
export function keptServices(stack: string, colours: Readonly<Record<string, Colour>>): string[] {
  return Object.entries(colours).map(([service, colour]) => `${stack}_${service}-${colour}`);
}

function describe(run: Run, units: readonly Unit[]): string {
  return units.map(unit => `${unit.services.join('+')} in ${run.colourOf(unit) ?? 'place'}`).join(', ');
}
