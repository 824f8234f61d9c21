import { type Expectation, findFault } from '../domain/swarm/find-fault';
import { questionsOf } from '../domain/swarm/questions-of';
import type { Run } from './run';
import { pause } from './until';

const EVERY_MS = 500;

/** Asks the public health path twice a second, and adds up the time in which it did not answer. */
export class DowntimeProbe {
  private stopped = false;
  private milliseconds = 0;
  private readonly loop: Promise<void>;

  private constructor(private readonly run: Run) {
    this.loop = this.look();
  }

  /** @returns undefined when the public has nothing that could be down: at first, and in maintenance mode */
  static start(run: Run): DowntimeProbe | undefined {
    if (run.before === undefined || run.current.maintenance !== undefined) return undefined;
    return new DowntimeProbe(run);
  }

  get downtimeMs(): number {
    return Math.round(this.milliseconds);
  }

  async stop(): Promise<number> {
    this.stopped = true;
    await this.loop;
    return this.downtimeMs;
  }

  private async look(): Promise<void> {
    const { clock } = this.run.world;
    while (!this.stopped) {
      const began = clock.now();
      const question = this.question();
      const fault = question && (await findFault(this.run.world.probe, question));
      await pause(clock, Math.max(0, EVERY_MS - (clock.now() - began)));
      if (fault !== undefined) this.milliseconds += clock.now() - began;
    }
  }

  /** The health path of whichever release the public is sent to; its version is not asked for, which one answers is no downtime. */
  private question(): Expectation | undefined {
    const { world, stack, hasSwitched, wanted, before = wanted } = this.run;
    const { manifest } = (hasSwitched ? wanted : before).release;
    const hostnames = world.settings.stacks[stack]?.hostnames ?? [];
    for (const service of Object.keys(manifest.routes)) {
      const { host, questions } = questionsOf(manifest, hostnames, service);
      if (questions.path !== undefined) return { host, questions: { path: questions.path }, version: '' };
    }
    return undefined;
  }
}
