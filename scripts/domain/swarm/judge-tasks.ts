/** What is judged of a task of the Docker Engine API. */
export interface JudgedTask {
  readonly ID: string;
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly CreatedAt: string;
  readonly DesiredState: string;
  readonly Spec: {
    readonly ContainerSpec: { readonly Image: string; readonly Labels?: Readonly<Record<string, string>> };
  };
  readonly Status: {
    readonly State: string;
    readonly Timestamp: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ExitCode?: number; readonly PID?: number };
  };
}

export interface Wanted {
  /** With its digest. */
  readonly image: string;
  readonly replicas: number;
  /**
   * Value of the label `slipway.fingerprint` of its containers. Without it, a task of the same image with other settings
   * counts as well, as it does right after a change, when Docker has not begun yet.
   */
  readonly fingerprint?: string;
}

export interface Verdict {
  /** As many tasks as wanted run what is wanted, and no other one is to run. */
  readonly ready: boolean;
  /** Why it cannot succeed any more, in Docker's words. */
  readonly failing?: string;
}

/** Label of services and of their containers, see `unitFingerprint`. */
export const FINGERPRINT_LABEL = 'slipway.fingerprint';
/** How a task ends by itself. A server that ends has failed, however well it ended. */
const ENDED: ReadonlySet<string> = new Set(['failed', 'rejected', 'complete']);
/** A task may lose its first try to a busy node; a second loss says that it will go on like this. */
const TRIES = 2;
const MOST_ERRORS = 5;
const NO_IMAGE = /no such image|manifest unknown|pull access denied/i;
const NO_NODE = /no suitable node \((.*)\)/;
/** Other reasons may pass: memory is given back, a node returns. */
const NEVER = /scheduling constraints not satisfied|unsupported platform/;

/**
 * Says of a service's tasks whether they are what they should be, or never will be.
 *
 * A task that is to end, and still finishes its requests, does not count; on a node that is away it would count for ever.
 *
 * @param since  tasks that were made before this moment belong to somebody else's story
 */
export function judge(tasks: readonly JudgedTask[], wanted: Wanted, since: Date): Verdict {
  const meant = tasks.filter(({ DesiredState }) => DesiredState === 'running');
  const right = meant.filter(task => isWanted(task, wanted) && isRunning(task));
  if (right.length === wanted.replicas && meant.length === wanted.replicas) return { ready: true };
  const ours = tasks.filter(task => isWanted(task, wanted));
  const ended = ours.filter(({ Status, CreatedAt }) => ENDED.has(Status.State) && new Date(CreatedAt) >= since);
  const hopeless = ended.find(({ Status }) => NO_IMAGE.test(Status.Err ?? '')) ?? ours.find(isUnplaceable);
  const failed = hopeless ?? (mostPerSlot(ended) >= TRIES ? [...ended].sort(byTime).at(-1) : undefined);
  return failed === undefined ? { ready: false } : { ready: false, failing: errorOf(failed) };
}

/**
 * Whether a task runs, and is to go on.
 *
 * A task is `running` for Docker only once its health check has succeeded, where it has one; and for a moment when it has ended
 * with exit code 0 before that, as a server does that is told to stop because it is not healthy. Then it has no process any
 * more (seen with Docker 28.2).
 */
export function isRunning({ Status, DesiredState }: JudgedTask): boolean {
  return Status.State === 'running' && DesiredState === 'running' && Status.ContainerStatus?.PID !== 0;
}

/** What went wrong with tasks, each once, the latest last. */
export function lastErrors(tasks: readonly JudgedTask[]): string[] {
  const bad = tasks.filter(({ Status }) => ENDED.has(Status.State) || (Status.Err ?? '') !== '');
  const latestFirst = [...bad].sort(byTime).reverse().map(errorOf);
  return [...new Set(latestFirst)].slice(0, MOST_ERRORS).reverse();
}

function isWanted({ Spec: { ContainerSpec } }: JudgedTask, { image, fingerprint }: Wanted): boolean {
  const isOther = fingerprint !== undefined && ContainerSpec.Labels?.[FINGERPRINT_LABEL] !== fingerprint;
  return ContainerSpec.Image === image && !isOther;
}

/** No node may ever take the task, whatever becomes free. */
function isUnplaceable({ Status, DesiredState }: JudgedTask): boolean {
  const reasons = NO_NODE.exec(Status.Err ?? '')?.[1];
  if (reasons === undefined || Status.State !== 'pending' || DesiredState !== 'running') return false;
  return reasons.split(';').every(reason => NEVER.test(reason));
}

function mostPerSlot(tasks: readonly JudgedTask[]): number {
  const counts = new Map<string, number>();
  for (const { Slot, NodeID } of tasks) {
    const place = String(Slot ?? NodeID ?? '');
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function byTime(one: JudgedTask, other: JudgedTask): number {
  return Date.parse(one.Status.Timestamp) - Date.parse(other.Status.Timestamp);
}

/** On one line: Docker's words may come from a program in the container. */
function errorOf({ Status }: JudgedTask): string {
  const said = (Status.Err ?? '').replace(/\s+/g, ' ').trim();
  return said === '' ? `a task ended with exit code ${Status.ContainerStatus?.ExitCode ?? 0}` : said;
}
