import type { Output } from '../adapters/output';
import type { Shell } from '../adapters/shell';

/** What a command is given instead of reaching for the process itself. */
export interface Context {
  /** The process environment, for the few variables that are settings (credentials, endpoint, region). */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Root folder of the project. */
  readonly root: string;
  readonly output: Output;
  readonly shell: Shell;
  /** Reads are run and writes only printed. */
  readonly dryRun: boolean;
  /** Whether a person sits at a terminal and can answer a question. */
  readonly interactive: boolean;
  /** Aborted on SIGINT and SIGTERM; a command then ends at its next safe point. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}
