import { ExitCode } from './exit-code';

/**
 * An end that the user can do something about: one line that says what happened, with which value,
 * what is allowed and what to type next. `cli.ts` prints it without a stack trace and leaves with `exitCode`.
 */
export class SlipwayError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = ExitCode.Usage,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SlipwayError';
  }
}
