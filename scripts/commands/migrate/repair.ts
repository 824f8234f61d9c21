import type { Action } from '../action';
import { answering } from './answer';
import { type DatabaseOptions, withRunner } from './database-options';

export interface RepairOptions extends DatabaseOptions {
  readonly acceptEdit: number;
  readonly reason: string;
  readonly waitSeconds: number;
}

/** `slipway migrate repair`: accepts that an applied file was edited; the reason stays in the log. */
export function repair(options: RepairOptions): Action {
  return answering(async context => {
    if (context.dryRun) return { facts: { seq: options.acceptEdit } };
    await withRunner(options, context, runner =>
      runner.acceptEdit(options.acceptEdit, options.reason, options.waitSeconds),
    );
    context.output.print(`(${options.acceptEdit}) is accepted as it is in the folder now`);
    return {};
  });
}
