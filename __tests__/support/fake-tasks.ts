import type { DockerTask } from '../../scripts/node/adapters/docker-api';

/** How the tasks of an image behave. */
export type FakeMode =
  | 'works'
  /** Starts, and its health check fails for ever. */
  | 'never-healthy'
  /** Its health check fails for ever, and Docker takes the task for healthy for a moment. */
  | 'healthy-for-a-moment'
  /** Is healthy and answers 500 to everything else. */
  | 'http-500'
  | 'wrong-version'
  /** Ends at once, and well. */
  | 'exit-0'
  /** No node fits. */
  | 'pending'
  /** Answers 500 to whoever comes in public; its health check and its preview are good. */
  | 'fails-in-public'
  /** Ends so many seconds after it was healthy. */
  | `crash-after=${number}`;

/** A service's specification from one moment on, until the next one takes over. */
export interface Generation {
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: number;
  readonly mode: FakeMode;
  /** Whether a new task of it can have its image. */
  readonly isImageHere: () => boolean;
}

interface Attempt {
  readonly from: number;
  /** When it ran, was healthy, and so counted as running. */
  readonly up?: number;
  /** When it ended by itself. */
  readonly end?: number;
  readonly state: string;
  readonly error?: string;
}

const START_MS = 1_000;
const UNHEALTHY_MS = 10_000;
const MOMENT_MS = 50;
const RESTART_MS = 2_000;
const HISTORY = 3;

/** Tasks of a service, as Docker would list them at that moment. */
export function tasksOf(id: string, generations: readonly Generation[], replicas: number, now: number): DockerTask[] {
  return generations.flatMap((generation, index) => {
    const replaced = replacedAt(generations, index);
    return Array.from({ length: replicas }, (_, slot) =>
      attempts(generation, Math.min(replaced, now)).map((attempt, number) =>
        task({ id, generation, index, slot: slot + 1, number, attempt, now, replaced }),
      ),
    ).flat();
  });
}

/** A task goes when the first one of a later specification is healthy: Docker starts the new one first. */
function replacedAt(generations: readonly Generation[], index: number): number {
  const later = generations.slice(index + 1);
  const healthy = later.map(generation => attempt(generation, generation.at).up ?? Infinity);
  const isUp = attempt(generations[index]!, 0).up !== undefined;
  return Math.min(...healthy, ...(isUp ? [] : later.map(({ at }) => at)), Infinity);
}

function attempts(generation: Generation, until: number): Attempt[] {
  const found: Attempt[] = [];
  for (let from = generation.at; from <= until;) {
    const next = attempt(generation, from);
    found.push(next);
    from = next.end === undefined ? Infinity : next.end + RESTART_MS;
  }
  return found.slice(-HISTORY);
}

function attempt({ mode, image, isImageHere }: Generation, from: number): Attempt {
  if (mode === 'pending') {
    return { from, state: 'pending', error: 'no suitable node (scheduling constraints not satisfied on 1 node)' };
  }
  if (!isImageHere()) return { from, end: from + 500, state: 'rejected', error: `No such image: ${image}` };
  if (mode === 'exit-0') return { from, end: from + 200, state: 'complete' };
  const unhealthy = { state: 'failed', error: 'task: non-zero exit (137): unhealthy container' };
  if (mode === 'never-healthy') return { from, end: from + UNHEALTHY_MS, ...unhealthy };
  const up = from + START_MS;
  if (mode === 'healthy-for-a-moment') return { from, up, end: up + MOMENT_MS, ...unhealthy };
  const seconds = /^crash-after=(\d+)$/.exec(mode)?.[1];
  if (seconds === undefined) return { from, up, state: 'running' };
  return { from, up, end: up + Number(seconds) * 1000, state: 'failed', error: 'task: non-zero exit (1)' };
}

interface TaskOptions {
  readonly id: string;
  readonly generation: Generation;
  readonly index: number;
  readonly slot: number;
  readonly number: number;
  readonly attempt: Attempt;
  readonly now: number;
  readonly replaced: number;
}

function task({ id, generation, index, slot, number, attempt: tried, now, replaced }: TaskOptions): DockerTask {
  const { from, up, end, state, error } = tried;
  const hasEnded = end !== undefined && end <= now;
  const isReplaced = replaced <= now;
  const isUp = up !== undefined && up <= now;
  const shown = hasEnded ? state : isReplaced ? 'shutdown' : isUp ? 'running' : up === undefined ? state : 'starting';
  const isOver = hasEnded || state === 'pending';
  return {
    ...{ ID: `${id}-${index}-${slot}-${from}-${number}`, ServiceID: id, NodeID: 'node-1', Slot: slot },
    CreatedAt: date(from),
    DesiredState: hasEnded || isReplaced ? 'shutdown' : 'running',
    Spec: { ContainerSpec: { Image: generation.image, Labels: generation.labels } },
    Status: {
      State: shown === 'failed' && !hasEnded ? 'starting' : shown === 'complete' && !hasEnded ? 'starting' : shown,
      Timestamp: date(Math.min(end ?? now, now)),
      ContainerStatus: { ContainerID: `container of ${id}` },
      ...(isOver && error !== undefined && { Err: error }),
    },
  };
}

function date(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
