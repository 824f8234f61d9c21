import { ExitCode } from '../../domain/exit-code';
import { SlipwayError } from '../../domain/slipway-error';
import { unitsOf } from '../../domain/swarm/units';
import { replicasOf } from '../run';
import { alone, type Asker, ownerOf } from '../session';
import { waitForTasks } from '../wait-for-tasks';
import { wantedServices } from '../wanted-services';
import type { World } from '../world';
import { refuseUnfinished } from './apply';

const SCALE_WITHIN_MS = 300_000;

/** `scale`: other numbers of tasks, which the next release keeps. */
export async function scale(
  world: World,
  stack: string,
  asker: Asker,
  wanted: Readonly<Record<string, number>>,
): Promise<ExitCode> {
  const folder = world.folder(stack);
  const counts = Object.entries(wanted).map(pair => pair.join('='));
  return alone(world, folder, ownerOf(asker, counts.join(' ')), async () => {
    refuseUnfinished(folder);
    const current = folder.current();
    const live = current.n === null ? undefined : folder.kept(current.n);
    const services = live?.release.stack.services ?? {};
    const unknown = Object.keys(wanted).find(name => !Object.hasOwn(services, name));
    if (live === undefined || unknown !== undefined) {
      throw new SlipwayError(
        `${stack} has no service ${JSON.stringify(unknown)}; it has ${Object.keys(services).join(', ') || 'none yet'}`,
      );
    }
    const units = unitsOf(live.release)
      .filter(unit => unit.services.some(name => name in wanted))
      .map(unit => ({ unit, colour: current.colours[unit.services[0] ?? ''] }));
    const targets = (numbers: Readonly<Record<string, number>>) =>
      wantedServices(stack, live, units, { ...replicasOf(live.release, current), ...numbers });
    try {
      await world.cli.scale(numbersOf(targets(wanted)));
      await waitForTasks(world, stack, targets(wanted), SCALE_WITHIN_MS);
    } catch (error) {
      await world.cli.scale(numbersOf(targets({})));
      const why = error instanceof Error ? error.message : String(error);
      throw new SlipwayError(`${stack} has its earlier numbers of tasks again: ${why}`, ExitCode.RolledBack);
    }
    const scaled = Object.fromEntries(
      Object.entries(wanted).map(([name, replicas]) => [
        name,
        { replicas, configured: services[name]?.deploy.replicas ?? 1 },
      ]),
    );
    folder.setCurrent({ ...current, scaled: { ...current.scaled, ...scaled } });
    const lines = targets(wanted).map(({ service, replicas }) => `${service}: ${replicas}/${replicas}`);
    world.output.print(lines.join('\n'));
    world.output.json({ stack, scaled: wanted });
    return ExitCode.Done;
  });
}

function numbersOf(
  targets: readonly { readonly service: string; readonly replicas: number }[],
): Record<string, number> {
  return Object.fromEntries(targets.map(({ service, replicas }) => [service, replicas]));
}
