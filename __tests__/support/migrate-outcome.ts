import type { Action } from '../../scripts/commands/action';
import type { ExitCode } from '../../scripts/domain/exit-code';
import type { Finding } from '../../scripts/domain/migration/lint-finding';
import { SlipwayError } from '../../scripts/domain/slipway-error';
import { recordingContext } from './recording-context';

/** How a `migrate` command ended, and the object that it gives to programs. */
export interface MigrateOutcome {
  readonly exit: ExitCode;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  readonly printed: readonly string[];
  readonly log: readonly string[];
}

/** Runs a command to its end, which may be an error that `cli.ts` prints. */
export async function outcomeOf(action: Action, context = recordingContext()): Promise<MigrateOutcome> {
  const exit = await action(context).catch((error: unknown) => {
    if (error instanceof SlipwayError) return error.exitCode;
    throw error;
  });
  const facts = (context.objects.at(-1) ?? {}) as Record<string, unknown>;
  const findings = (facts['findings'] ?? []) as Finding[];
  return { exit, facts, findings, printed: context.printed, log: context.logged };
}
