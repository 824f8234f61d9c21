import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { isRunning, judge, lastErrors } from '../domain/swarm/judge-tasks';
import type { DockerTask } from './adapters/docker-api';
import { pause, until } from './until';
import type { WantedService } from './wanted-services';
import type { World } from './world';

const LOOK_EVERY_MS = 100;
const GAVE_UP = 'Docker gave up after its first new task';

/** What a failed service had to say. */
export class ServiceFailure extends SlipwayError {
  constructor(
    message: string,
    readonly services: readonly string[],
  ) {
    super(message, ExitCode.VerificationFailed);
    this.name = 'ServiceFailure';
  }
}

/**
 * Waits until every service has exactly the tasks that it should have, all of them running (which with a health check means
 * healthy) the wanted image.
 *
 * @throws ServiceFailure as soon as one cannot succeed any more, or when the time is over
 */
export async function waitForTasks(
  world: World,
  stack: string,
  wanted: readonly WantedService[],
  deadlineMs: number,
): Promise<readonly DockerTask[]> {
  let latest: FoundService[] = [];
  const since = world.now();
  /** What tasks of each service died of: Docker soon forgets those that it gives up. */
  const seen = new Map<string, string>();
  const look = async () => {
    latest = await tasksOf(
      world,
      stack,
      wanted.map(({ service }) => service),
    );
    let ready = true;
    for (const want of wanted) {
      const { tasks = [], isPaused } = latest.find(({ service }) => service === want.service) ?? {};
      const verdict = judge(tasks, want, since);
      const died = lastError(tasks, want);
      if (died !== undefined) seen.set(want.service, died);
      const failing = verdict.failing ?? (isPaused === true ? (seen.get(want.service) ?? GAVE_UP) : undefined);
      if (failing !== undefined) throw new ServiceFailure(`${want.service} does not start: ${failing}`, [want.service]);
      ready &&= verdict.ready;
    }
    return ready ? latest.flatMap(({ tasks }) => tasks) : undefined;
  };
  const options = { clock: world.clock, intervalMs: LOOK_EVERY_MS, timeoutMs: deadlineMs };
  const found = await until(look, options);
  if (found !== undefined) return found;
  const late = wanted.filter(
    want => !judge(latest.find(({ service }) => service === want.service)?.tasks ?? [], want, since).ready,
  );
  const names = late.map(({ service }) => service);
  const errors = lastErrors(latest.filter(({ service }) => names.includes(service)).flatMap(({ tasks }) => tasks));
  const reason = errors.at(-1) ?? names.flatMap(name => seen.get(name) ?? [])[0] ?? 'its tasks are not healthy';
  throw new ServiceFailure(`${names.join(', ')} not ready after ${deadlineMs / 1000} s: ${reason}`, names);
}

/**
 * Looks at services for a while: every task must stay the one that it was, and go on running.
 *
 * @param meanwhile  called at each look; what it throws ends the watch
 */
export async function watchTasks(
  world: World,
  stack: string,
  services: readonly string[],
  durationMs: number,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const running = async () =>
    (await tasksOf(world, stack, services)).map(found => ({ ...found, ids: runningIds(found.tasks) }));
  const first = await running();
  const end = world.clock.now() + durationMs;
  do {
    await pause(world.clock, Math.min(LOOK_EVERY_MS, durationMs));
    for (const { service, tasks, ids } of await running()) {
      if (ids === first.find(before => before.service === service)?.ids) continue;
      const reason = lastErrors(tasks).at(-1) ?? 'a task ended';
      throw new ServiceFailure(`${service} does not keep running: ${reason}`, [service]);
    }
    await meanwhile();
  } while (world.clock.now() < end);
}

function runningIds(tasks: readonly DockerTask[]): string {
  return tasks
    .filter(isRunning)
    .map(({ ID }) => ID)
    .sort()
    .join(' ');
}

function lastError(tasks: readonly DockerTask[], { image }: WantedService): string | undefined {
  return lastErrors(tasks.filter(({ Spec }) => Spec.ContainerSpec.Image === image)).at(-1);
}

interface FoundService {
  readonly service: string;
  readonly tasks: readonly DockerTask[];
  /** A change in place has failed, and Docker tries no further; it forgets that with the next change. */
  readonly isPaused: boolean;
}

/** Services by their full names, with their tasks. */
export async function tasksOf(world: World, stack: string, names: readonly string[]): Promise<FoundService[]> {
  const found = new Map((await world.docker.services(stack)).map(service => [service.Spec.Name, service]));
  const tasks = await world.docker.tasks(names.flatMap(name => found.get(name)?.ID ?? []));
  return names.map(service => {
    const { ID, UpdateStatus } = found.get(service) ?? {};
    const mine = tasks.filter(({ ServiceID }) => ServiceID === ID);
    return { service, tasks: mine, isPaused: UpdateStatus?.State === 'paused' };
  });
}
