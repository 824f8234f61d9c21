import type { Unit } from '../domain/swarm/units';
import { findFault } from '../domain/swarm/find-fault';
import { rightInARow } from './check';
import { expectationOf } from './preview';
import { liveRoutes, writeLive } from './routes';
import type { Run } from './run';
import { wantedOf } from './start-colours';
import { ServiceFailure, watchTasks } from './wait-for-tasks';

const DRAIN_SECONDS = 5;
/** Traefik has followed by then: what is wrong now is wrong with the release, and the public gets it. */
const PROOF_PATIENCE_MS = 3_000;

/** Moves the public to the new tasks, proves that it got there, and looks at it until the old tasks have nothing left to do. */
export async function switchTraffic(
  run: Run,
  units: readonly Unit[],
  through: readonly (readonly Unit[])[],
): Promise<void> {
  const { world, steps, stack, manifest } = run;
  await steps.run('switch', `the public gets ${manifest.version}`, async () => {
    run.begin({ kind: 'switched' });
    await writeLive(world, liveRoutes(run, through));
  });
  await provePublic(run, units);
  const seconds = manifest.drainSeconds ?? DRAIN_SECONDS;
  if (seconds === 0) return;
  await steps.run('drain', `${seconds} s for what the old tasks still have to do`, async () => {
    const services = wantedOf(run, units).map(({ service }) => service);
    let faults = 0;
    await watchTasks(world, stack, services, seconds * 1000, async () => {
      const fault = await firstFault(run, units);
      faults = fault === undefined ? 0 : faults + 1;
      // One lost answer may be the network's; a second one in a row is the release's.
      if (faults > 1)
        throw new ServiceFailure(`release ${manifest.version} broke with the public on it: ${fault}`, services);
    });
  });
}

/** Shows that visitors get the new release: the public route says its version, several times in a row. */
export async function provePublic(run: Run, units: readonly Unit[]): Promise<void> {
  const { world, steps, manifest, stack } = run;
  if (run.folder.current().maintenance !== undefined) {
    steps.note('the public is not asked: maintenance mode is on');
    return;
  }
  const services = wantedOf(run, units).map(({ service }) => service);
  await steps.run('prove', `ask ${stack} as the public does`, async () => {
    for (const service of routedIn(run, units)) {
      const wrong = await rightInARow(world, expectationOf(run, service), PROOF_PATIENCE_MS);
      if (wrong !== undefined)
        throw new ServiceFailure(`release ${manifest.version} is not right in public: ${wrong}`, services);
    }
  });
}

/** Gives a part of the visitors the new release, by a sticky cookie. */
export async function startCanary(run: Run, units: readonly Unit[], percent: number): Promise<void> {
  const { world, steps } = run;
  await steps.run('canary', `${percent} of 100 visitors get ${run.manifest.version}`, async () => {
    run.begin({ kind: 'switched' });
    const colours = Object.fromEntries(
      units.flatMap(unit =>
        unit.services.filter(name => name in run.manifest.routes).map(name => [name, run.colourOf(unit) ?? 'blue']),
      ),
    );
    await writeLive(world, { ...liveRoutes(run), canary: { colours, percent } });
    run.note({ state: 'canary' });
  });
}

async function firstFault(run: Run, units: readonly Unit[]): Promise<string | undefined> {
  if (run.folder.current().maintenance !== undefined) return undefined;
  for (const service of routedIn(run, units)) {
    const fault = await findFault(run.world.probe, expectationOf(run, service));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function routedIn(run: Run, units: readonly Unit[]): string[] {
  return units.flatMap(({ services }) => services.filter(service => service in run.manifest.routes));
}
