import type { Action } from '../action';
import { ExitCode } from '../../domain/exit-code';
import { MigrationError } from '../../domain/migration/migration-error';
import type { DoneMigration } from '../../migration/runner';
import type { Context } from '../context';

/** What a command found, added to the JSON object that every `migrate` command ends with. */
export interface Answer {
  readonly exit?: ExitCode;
  /** Further fields of the JSON object. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Told of each migration as it is done, so that a failure can say what came before it. */
export type Report = (done: DoneMigration) => void;

/**
 * The frame of every `migrate` command: one JSON object at the end,
 * `{ok, code, exit, applied, failed, next, ...}`, whether it went well or not.
 */
export function answering(work: (context: Context, report: Report) => Promise<Answer>): Action {
  return async context => {
    const applied: DoneMigration[] = [];
    try {
      const { exit = ExitCode.Done, facts } = await work(context, done => applied.push(done));
      context.output.json({ ok: exit === ExitCode.Done, code: 'done', exit, applied, ...facts });
      return exit;
    } catch (error) {
      if (error instanceof MigrationError) {
        const { code, exitCode, failed, next, detail, message } = error;
        context.output.json({ ok: false, code, exit: exitCode, applied, failed, next, message, ...detail });
      }
      throw error;
    }
  };
}
