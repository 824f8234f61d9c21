import type { Output } from '../adapters/output';

/** Numbers the steps of a release, says each with its duration, and keeps the durations for the record. */
export class StepLog {
  private number = 0;
  private readonly durations: Record<string, number>;

  constructor(
    private readonly output: Output,
    private readonly now: () => Date,
    earlier: Readonly<Record<string, number>> = {},
  ) {
    this.durations = { ...earlier };
  }

  /** Runs one step; what it answers is what it found, for people. */
  async run<T>(name: string, what: string, work: () => Promise<T>): Promise<T> {
    const number = (this.number += 1);
    const began = this.now().getTime();
    this.output.log(`${number}. ${name}: ${what}`);
    try {
      return await work();
    } finally {
      const took = this.now().getTime() - began;
      this.durations[name] = (this.durations[name] ?? 0) + took;
      this.output.log(`   ${(took / 1000).toFixed(1)} s`);
      this.output.json({ step: name, what, milliseconds: took });
    }
  }

  note(line: string): void {
    this.output.log(`   ${line}`);
  }

  /** Milliseconds by step. */
  timings(): Readonly<Record<string, number>> {
    return { ...this.durations };
  }
}
