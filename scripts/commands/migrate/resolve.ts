import type { Action } from '../action';
import { type DatabaseOptions, onDatabase, withRunner } from './database-options';
import type { Verdict } from '../../migration/runner';

export interface ResolveOptions extends DatabaseOptions {
  readonly seq: number;
  readonly verdict: Verdict;
  readonly waitSeconds: number;
}

/** `slipway migrate resolve`: a person says what became of a statement that was in flight. */
export function resolve(options: ResolveOptions): Action {
  return onDatabase(options, async (context, target) => {
    if (context.dryRun) return { facts: { seq: options.seq, verdict: options.verdict } };
    const { seq, verdict, waitSeconds } = options;
    await withRunner(target, options, context, runner => runner.resolve(seq, verdict, waitSeconds));
    context.output.print(`(${seq}) is resolved as ${verdict}; look with \`slipway migrate status\``);
    return {};
  });
}
