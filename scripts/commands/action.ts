import type { ExitCode } from '../domain/exit-code';
import type { Context } from './context';

/** The part of a command that does the work; its module is loaded only when the command is called. */
export type Action = (context: Context) => Promise<ExitCode>;

/** Hands a command its context and turns what it answers into the exit code. */
export type Run = (action: Action) => Promise<void>;
