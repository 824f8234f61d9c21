import type { Output } from './output';

const LINES = 30;

/** Output that remembers its last lines, for those who are told of a failure. */
export class OutputTail implements Output {
  private lines: readonly string[] = [];

  constructor(private readonly output: Output) {}

  get colour(): boolean {
    return this.output.colour;
  }

  /** The last lines of the log. */
  get tail(): readonly string[] {
    return this.lines;
  }

  log(line: string): void {
    this.remember(line);
    this.output.log(line);
  }

  /** Keeps what a program said, without showing it. */
  remember(line: string): void {
    this.lines = [...this.lines, line].slice(-LINES);
  }

  print(text: string): void {
    this.output.print(text);
  }

  json(value: unknown): void {
    this.output.json(value);
  }
}
