import { setTimeout as delay } from 'node:timers/promises';
import type { CrashWorld } from './crash-world';
import type { Random } from './random';
import type { RunnerEnd, RunnerProcess } from './runner-process';

/** Starts a run against a URL. */
export type Start = (url: string) => RunnerProcess;

/** Does harm to one run at a moment of its own choice, and tells whether that moment came before the end. */
export type Harm = (
  world: CrashWorld,
  random: Random,
  start: Start,
) => Promise<{ readonly harmed: boolean; readonly end: RunnerEnd }>;

/** Pieces of traffic among which the harm comes: from the handshake to a dozen statements later. */
const SPAN = 120;

/** kill -9 at a piece of the traffic, before or after it has passed, or simply after some time. */
export const killing: Harm = async (world, random, start) => {
  const kill = () => runner.signal('SIGKILL');
  const timed = random.chance(0.25);
  if (timed) void delay(random.between(150, 900)).then(kill);
  else world.proxy.set({ piece: random.between(1, SPAN), forward: random.chance(0.5), spring: kill });
  const runner = start(timed ? world.url : world.proxied(world.url));
  const end = await runner.ended;
  return { end, harmed: end.code === undefined };
};

/** A reset of all connections at a piece of the traffic: the piece is lost, or arrives and its answer is lost. */
export const resetting: Harm = async (world, random, start) => {
  let harmed = false;
  const spring = () => {
    harmed = true;
    world.proxy.cut();
  };
  world.proxy.set({ piece: random.between(1, SPAN), forward: random.chance(0.5), spring });
  const end = await start(world.proxied(world.url)).ended;
  return { end, harmed };
};
