import type { Action } from '../action';
import type { UpOptions } from '../../migration/runner';
import { schemaWatch } from '../../migration/schema-watch';
import { onDatabase, withRunner } from './database-options';
import { printPlan } from './plan';
import { staged, type StagingOptions } from './staging';

export interface MigrateUpOptions extends StagingOptions, UpOptions {
  readonly release?: string;
  /** Goes on from a schema that was changed by hand. */
  readonly acceptDrift: boolean;
}

/** `slipway migrate up`: applies what is not applied yet. */
export function up(options: MigrateUpOptions): Action {
  return onDatabase(options, async (context, target, report) => {
    if (context.dryRun) return printPlan(target, options, context);
    const schema = schemaWatch({ log: line => context.output.log(line), acceptDrift: options.acceptDrift });
    const { done, level } = await staged(target, options, context, () =>
      withRunner(target, options, context, runner => runner.up(options), { migrated: report, schema }),
    );
    context.output.print(
      done.length === 0
        ? `0 pending; the database is at ${level}`
        : `${done.length} applied; the database is at ${level}`,
    );
    return { facts: { level } };
  });
}
