import type { Output } from '../adapters/output';

/** What a step hands back for the table at the end. */
export type Finding = string;

/** Lets a step say how far it is. */
export type Progress = (what: string) => void;

interface StepRecord {
  readonly title: string;
  readonly seconds: number;
  readonly finding: string;
}

const REPORT_EVERY_MS = 10_000;

/** Runs named steps one after the other, tells how each goes with the time that has passed, and keeps the table. */
export class Steps {
  private readonly records: StepRecord[] = [];
  private readonly started: number;

  constructor(
    private readonly output: Output,
    private readonly now: () => Date,
  ) {
    this.started = now().getTime();
  }

  async run<T>(title: string, step: (progress: Progress) => Promise<[T, Finding]>): Promise<T> {
    const begin = this.now().getTime();
    this.output.log(`${this.clock()}  ${title}`);
    let latest = '';
    let told = '';
    const reporter = setInterval(() => {
      if (latest !== told) this.output.log(`${this.clock()}    ${latest}`);
      told = latest;
    }, REPORT_EVERY_MS);
    try {
      const [value, finding] = await step(what => {
        latest = what;
      });
      const seconds = (this.now().getTime() - begin) / 1000;
      this.records.push({ title, seconds, finding });
      this.output.log(`${this.clock()}    ${finding}`);
      return value;
    } finally {
      clearInterval(reporter);
    }
  }

  /** The steps so far as a text table, longest time first visible at a glance. */
  table(): string {
    const width = Math.max(...this.records.map(record => record.title.length));
    const rows = this.records.map(
      ({ title, seconds, finding }) => `  ${title.padEnd(width)}  ${seconds.toFixed(0).padStart(4)} s  ${finding}`,
    );
    return [...rows, `  ${'all'.padEnd(width)}  ${this.elapsed().toFixed(0).padStart(4)} s`].join('\n');
  }

  /** The steps so far as data. */
  results(): readonly StepRecord[] {
    return this.records;
  }

  private elapsed(): number {
    return (this.now().getTime() - this.started) / 1000;
  }

  private clock(): string {
    const seconds = Math.floor(this.elapsed());
    return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
