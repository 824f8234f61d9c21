import type { Action } from '../action';
import { type DatabaseOptions, onDatabase, withRunner } from './database-options';

export interface RepairOptions extends DatabaseOptions {
  readonly acceptEdit: number;
  readonly reason: string;
  readonly waitSeconds: number;
}

/** `slipway migrate repair`: accepts that an applied file was edited; the reason stays in the log. */
export function repair(options: RepairOptions): Action {
  return onDatabase(options, async (context, target) => {
    if (context.dryRun) return { facts: { seq: options.acceptEdit } };
    await withRunner(target, options, context, runner =>
      runner.acceptEdit(options.acceptEdit, options.reason, options.waitSeconds),
    );
    context.output.print(`(${options.acceptEdit}) is accepted as it is in the folder now`);
    return {};
  });
}
