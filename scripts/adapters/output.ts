import type { Writable } from 'node:stream';

/**
 * Where a command's words go. Results go to standard output, the log to standard error, so that
 * `slipway plan prod --json | jq` sees nothing but JSON.
 */
export interface Output {
  /** A line of the log: progress, warnings, what to do next. */
  log(line: string): void;
  /** A line (or several) of the result, for people. Silent with `--json`. */
  print(text: string): void;
  /** One JSON object of the result. Silent without `--json`. */
  json(value: unknown): void;
  /** Whether colour may be used on standard output. */
  readonly colour: boolean;
}

export interface StreamOutputOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly json: boolean;
  readonly colour: boolean;
}

/** Output to a pair of streams. */
export class StreamOutput implements Output {
  readonly colour: boolean;

  constructor(private readonly options: StreamOutputOptions) {
    this.colour = options.colour && !options.json;
  }

  log(line: string): void {
    this.options.stderr.write(`${line}\n`);
  }

  print(text: string): void {
    if (!this.options.json) this.options.stdout.write(`${text}\n`);
  }

  json(value: unknown): void {
    if (this.options.json) this.options.stdout.write(`${JSON.stringify(value)}\n`);
  }
}
