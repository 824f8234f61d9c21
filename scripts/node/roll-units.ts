import type { Unit } from '../domain/swarm/units';
import { provePublic } from './switch-traffic';
import { liveRoutes, writeLive } from './routes';
import type { Run } from './run';
import { composeOf, settled, wantedOf } from './start-colours';
import { watchTasks } from './wait-for-tasks';

const WATCH_SECONDS = 12;

/** Changes units in place, task by task, each new one healthy before an old one goes. */
export async function rollUnits(
  run: Run,
  units: readonly Unit[],
  through: readonly (readonly Unit[])[],
): Promise<void> {
  for (const unit of units) await rollUnit(run, unit, through);
}

async function rollUnit(run: Run, unit: Unit, through: readonly (readonly Unit[])[]): Promise<void> {
  const { world, steps, stack, manifest } = run;
  await steps.run('roll', `${unit.services.join('+')} in place, task by task`, async () => {
    run.begin({ kind: 'rolled', unit: unit.name });
    await world.cli.deployStack(stack, composeOf(run, [unit]));
    await settled(run, [unit]);
  });
  const services = wantedOf(run, [unit]).map(({ service }) => service);
  const seconds = manifest.watchSeconds ?? WATCH_SECONDS;
  if (seconds > 0) {
    await steps.run('watch', `${seconds} s without a crash`, () => watchTasks(world, stack, services, seconds * 1000));
  }
  if (!unit.services.some(name => name in manifest.routes)) return;
  run.begin({ kind: 'switched' });
  await writeLive(world, liveRoutes(run, through));
  await provePublic(run, [unit]);
}
