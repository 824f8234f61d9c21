import { ExitCode } from '../../domain/exit-code';
import { StackLock } from '../adapters/stack-lock';
import { routeOptions, writeLive } from '../routes';
import { parseRoutes } from '../../domain/swarm/route-file';
import { SlipwayError } from '../../domain/slipway-error';
import { alone, type Asker, ownerOf } from '../session';
import type { World } from '../world';
import { refuseUnfinished } from './apply';

/** `lock`: keeps everybody else from the stack for a while. */
export async function lock(world: World, stack: string, asker: Asker, minutes: number): Promise<ExitCode> {
  const folder = world.folder(stack);
  const until = new Date(world.now().getTime() + minutes * 60_000);
  await alone(world, folder, ownerOf(asker), async ({ lock: held }) => {
    held.hold(until);
    return Promise.resolve();
  });
  world.output.print(`${stack} is locked until ${until.toISOString()}`);
  world.output.json({ stack, locked: true, until: until.toISOString() });
  return ExitCode.Done;
}

/** `unlock`: gives a lock back that a person holds, or that a process which hangs holds. */
export async function unlock(world: World, stack: string, asker: Asker): Promise<ExitCode> {
  const folder = world.folder(stack);
  const held = new StackLock(folder, world.now);
  const holder = await held.holder();
  if (holder?.pid !== undefined) held.assertHangs(holder);
  held.drop();
  const what = holder === undefined ? 'nobody held it' : `it was held by ${holder.by}`;
  folder.addAudit({ at: world.now().toISOString(), ...ownerOf(asker), what });
  world.output.print(`${stack} is not locked; ${what}`);
  world.output.json({ stack, locked: false });
  return ExitCode.Done;
}

/** `maintenance on|off`: the public gets 503, whoever is allowed gets the site. */
export async function maintenance(
  world: World,
  stack: string,
  asker: Asker,
  on: boolean,
  allowedSources: readonly string[],
): Promise<ExitCode> {
  const folder = world.folder(stack);
  return alone(world, folder, ownerOf(asker, on ? 'on' : 'off'), async () => {
    refuseUnfinished(folder);
    const current = folder.current();
    const kept = current.n === null ? undefined : folder.kept(current.n);
    const text = world.traefik.routes(stack);
    if (kept === undefined || text === undefined)
      throw new SlipwayError(`${stack} serves nothing yet; release first`, ExitCode.Refused);
    const state = on ? { allowedSources, since: world.now().toISOString(), by: asker.by } : undefined;
    try {
      await writeLive(world, routeOptions(world, stack, kept, parseRoutes(stack, text), state?.allowedSources));
    } catch (error) {
      world.traefik.writeRoutes(stack, text);
      throw error;
    }
    folder.setCurrent({ ...current, maintenance: state });
    world.output.print(`${stack}: maintenance is ${on ? 'on' : 'off'}`);
    world.output.json({ stack, maintenance: on });
    return ExitCode.Done;
  });
}
