import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';
import { breachOf, type Watched, type WatchLimits } from '../domain/swarm/breach';
import { hourBefore, NO_TRAFFIC, type Sample, together, type Traffic, trafficBetween } from '../domain/swarm/traffic';
import type { StackFolder } from './adapters/stack-folder';
import { trafficOf } from './sample-traffic';
import { liveServices } from './strays';
import { tasksOf } from './wait-for-tasks';
import type { World } from './world';

/** What has only just begun must not be hidden by what was good before. */
const LATELY_MS = 60_000;
/** States of a task that ended without having been told to. */
const ENDED: ReadonlySet<string> = new Set(['failed', 'rejected', 'complete', 'orphaned']);

/** What is known of a release that is watched. */
export class ReleaseWatch {
  /** Of the last minute, the oldest first. */
  private samples: readonly Sample[] = [];
  private all = NO_TRAFFIC;
  private readonly ended = new Set<string>();
  private readonly before: Traffic | undefined;
  private readonly since: number;
  private trouble = '';

  /** @param n  the release that is live */
  constructor(
    private readonly world: World,
    private readonly folder: StackFolder,
    private readonly n: number,
  ) {
    const record = folder.records().find(found => found.n === n);
    const { startedAt, finishedAt } = record ?? { startedAt: world.now().toISOString() };
    this.before = hourBefore(folder.samples(), new Date(startedAt));
    this.since = Date.parse(finishedAt ?? startedAt);
  }

  /** What the release is compared with, in words. */
  get measure(): string {
    if (this.before === undefined) return 'by itself: nobody has counted in the hour before it';
    return `beside ${this.before.requests} requests of the hour before it`;
  }

  /**
   * Counts once more. A proxy or an engine that does not answer now may do so later.
   *
   * @throws SlipwayError (exit code 9) when another release is live
   */
  async look(): Promise<void> {
    const { world, folder, n } = this;
    if (folder.current().n !== n) {
      throw new SlipwayError(
        `release #${n} of ${folder.stack} is not live any more, so nobody knows how it would have gone on; see \`status\``,
        ExitCode.Refused,
      );
    }
    try {
      this.add(await trafficOf(world, folder.stack));
      await this.countEnded();
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
      world.output.log(`not counted: ${this.trouble}`);
    }
  }

  /** The last minute, beside the hour before the release. */
  lately(): Watched {
    return this.watched(trafficBetween(this.samples));
  }

  /** Why the release is worse than what was before it, in the last minute or in all of the time. */
  breach(limits: WatchLimits): string | undefined {
    return breachOf(this.lately(), limits) ?? breachOf(this.watched(this.all), limits);
  }

  /** @throws SlipwayError (exit code 5) when a watch of which nothing is known would pass for a good one */
  assertCounted(): void {
    if (this.all.seconds > 0) return;
    throw new SlipwayError(
      `nothing was counted of ${this.folder.stack}: ${this.trouble}; watch it again`,
      ExitCode.VerificationFailed,
    );
  }

  private watched(now: Traffic): Watched {
    return { now, before: this.before, restarts: this.ended.size };
  }

  private add(sample: Sample): void {
    const from = Date.parse(sample.at) - LATELY_MS;
    this.all = together(this.all, trafficBetween([...this.samples.slice(-1), sample]));
    this.samples = [...this.samples.filter(({ at }) => Date.parse(at) >= from), sample];
  }

  /** Docker forgets all but the last tasks that ended, so they are noted. */
  private async countEnded(): Promise<void> {
    const { world, folder } = this;
    for (const { tasks } of await tasksOf(world, folder.stack, liveServices(folder, folder.current()))) {
      const over = tasks.filter(({ Status }) => ENDED.has(Status.State) && Date.parse(Status.Timestamp) >= this.since);
      for (const { ID } of over) this.ended.add(ID);
    }
  }
}
