import type { Clock } from '../../scripts/adapters/clock';

/** A clock whose time passes only while somebody sleeps, and at once. */
export class VirtualClock implements Clock {
  private time = 0;

  /** @param onSleep  called before each sleep ends, with the seconds that have passed */
  constructor(private readonly onSleep: (seconds: number) => void = () => undefined) {}

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    this.onSleep(this.time / 1000);
    return Promise.resolve();
  }
}
