import { ExitCode } from '../../scripts/domain/exit-code';
import { SlipwayError } from '../../scripts/domain/slipway-error';

/** How a command ended: its exit code, and the line that `cli.ts` prints when it failed. */
export interface Outcome {
  readonly code: ExitCode;
  readonly message: string;
}

/** Waits for a command, whichever way it tells its exit code; an error that is none of its own fails the test. */
export async function outcomeOf(running: Promise<ExitCode>): Promise<Outcome> {
  try {
    return { code: await running, message: '' };
  } catch (error) {
    if (error instanceof SlipwayError) return { code: error.exitCode, message: error.message };
    if (error instanceof Error && error.name === 'InvalidValueError') {
      return { code: ExitCode.Usage, message: error.message };
    }
    throw error;
  }
}
