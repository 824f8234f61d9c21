/** What is judged of a task of the Docker Engine API. */
export interface JudgedTask {
  readonly ID: string;
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly CreatedAt: string;
  readonly DesiredState: string;
  readonly Spec: { readonly ContainerSpec: { readonly Image: string } };
  readonly Status: {
    readonly State: string;
    readonly Timestamp: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ExitCode?: number };
  };
}

export interface Wanted {
  readonly image: string;
  readonly replicas: number;
}

export interface Verdict {
  /** As many tasks as wanted run the wanted image, and no other one runs. */
  readonly ready: boolean;
  /** Why it cannot succeed any more, in Docker's words. */
  readonly failing?: string;
}

/** Ends that a task does not come back from. */
const FAILED: ReadonlySet<string> = new Set(['failed', 'rejected']);
/** A server that ends has failed, however well it ended. */
const ENDED: ReadonlySet<string> = new Set(['failed', 'rejected', 'complete']);
/** A task may lose its first try to a busy node; a third start says that it will go on like this. */
const TRIES = 2;

/**
 * Says of a service's tasks whether they are what they should be, or never will be.
 *
 * A task is `running` for Docker only once its health check has succeeded, where it has one.
 *
 * @param since  tasks that ended before this moment belong to somebody else's story
 */
export function judge(tasks: readonly JudgedTask[], { image, replicas }: Wanted, since: Date): Verdict {
  const alive = tasks.filter(({ Status, DesiredState }) => Status.State === 'running' && DesiredState === 'running');
  const right = alive.filter(({ Spec }) => Spec.ContainerSpec.Image === image);
  const settled = tasks.filter(({ DesiredState }) => DesiredState === 'running').length === replicas;
  if (right.length === replicas && alive.length === replicas && settled) return { ready: true };
  const failures = tasks.filter(
    task =>
      task.Spec.ContainerSpec.Image === image && ENDED.has(task.Status.State) && new Date(task.CreatedAt) >= since,
  );
  const missing = failures.find(({ Status }) =>
    /no such image|manifest unknown|pull access denied/i.test(Status.Err ?? ''),
  );
  const failed = missing ?? (triesPerSlot(failures) >= TRIES ? latest(failures) : undefined);
  return failed === undefined ? { ready: false } : { ready: false, failing: errorOf(failed) };
}

/** Errors of tasks, the oldest first, each once. */
export function lastErrors(tasks: readonly JudgedTask[]): string[] {
  const bad = tasks.filter(({ Status }) => FAILED.has(Status.State) || Status.Err !== undefined);
  return [...new Set([...bad].sort(byTime).map(errorOf))];
}

function triesPerSlot(failures: readonly JudgedTask[]): number {
  const counts = new Map<string, number>();
  for (const { Slot, NodeID } of failures) {
    const place = String(Slot ?? NodeID ?? '');
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function latest(tasks: readonly JudgedTask[]): JudgedTask | undefined {
  return [...tasks].sort(byTime).at(-1);
}

function byTime(a: JudgedTask, b: JudgedTask): number {
  return a.Status.Timestamp < b.Status.Timestamp ? -1 : 1;
}

function errorOf({ Status }: JudgedTask): string {
  if (Status.Err !== undefined && Status.Err !== '') return Status.Err;
  return `a task ended with exit code ${Status.ContainerStatus?.ExitCode ?? 0}`;
}
