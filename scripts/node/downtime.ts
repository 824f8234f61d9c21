import type { Expectation } from './check';
import { findFault } from './check';
import { pause } from './until';
import type { World } from './world';

const EVERY_MS = 500;

/** Asks the public health path twice a second, and adds up the time in which it did not answer. */
export class DowntimeProbe {
  private stopped = false;
  private milliseconds = 0;
  private readonly loop: Promise<void>;

  constructor(
    private readonly world: World,
    private readonly expectation: Expectation,
  ) {
    this.loop = this.run();
  }

  get downtimeMs(): number {
    return Math.round(this.milliseconds);
  }

  async stop(): Promise<number> {
    this.stopped = true;
    await this.loop;
    return this.downtimeMs;
  }

  private async run(): Promise<void> {
    const { clock } = this.world;
    // The version is not asked for: which one answers is no downtime.
    const { check, ...rest } = this.expectation;
    const question = { ...rest, check: { path: check.path } };
    while (!this.stopped) {
      const began = clock.now();
      const fault = await findFault(this.world, question);
      await pause(clock, Math.max(0, EVERY_MS - (clock.now() - began)));
      if (fault !== undefined) this.milliseconds += clock.now() - began;
    }
  }
}
