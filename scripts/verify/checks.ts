import type { Output } from '../adapters/output';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';

/** One line of the table. */
export interface CheckRow {
  readonly what: string;
  /** What was wrong. @default - nothing */
  readonly fault?: string;
}

/** What was looked at, one thing after the other, for a table at the end. */
export class Checks {
  private readonly rows: CheckRow[] = [];

  /** Notes how a step ended; one that fails ends everything behind it. */
  async step<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.rows.push({ what });
      return result;
    } catch (error) {
      this.rows.push({ what, fault: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  add(row: CheckRow): void {
    this.rows.push(row);
  }

  get passed(): boolean {
    return this.rows.every(({ fault }) => fault === undefined);
  }

  /** Prints the table. */
  tell({ print, json }: Pick<Output, 'print' | 'json'>, facts: Readonly<Record<string, unknown>>): void {
    const width = Math.max(0, ...this.rows.map(({ what }) => what.length));
    for (const { what, fault } of this.rows) {
      print(`${fault === undefined ? 'pass' : 'FAIL'}  ${what.padEnd(width)}  ${fault ?? ''}`.trimEnd());
    }
    json({ ...facts, passed: this.passed, checks: this.rows });
  }

  /** @throws SlipwayError (exit code 5) with the first thing that is wrong */
  assertPassed(what: string): void {
    const wrong = this.rows.find(({ fault }) => fault !== undefined);
    if (wrong === undefined) return;
    throw new SlipwayError(`${what} is not fit: ${wrong.what}: ${wrong.fault ?? ''}`, ExitCode.VerificationFailed);
  }
}
