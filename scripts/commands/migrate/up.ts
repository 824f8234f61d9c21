import type { Action } from '../../cli';
import type { UpOptions } from '../../migration/runner';
import { schemaWatch } from '../../migration/schema-watch';
import { answering } from './answer';
import { type DatabaseOptions, withRunner } from './database-options';
import { printPlan } from './plan';

export interface MigrateUpOptions extends DatabaseOptions, UpOptions {
  readonly release?: string;
  /** Goes on from a schema that was changed by hand. */
  readonly acceptDrift: boolean;
}

/** `slipway migrate up`: applies what is not applied yet. */
export function up(options: MigrateUpOptions): Action {
  return answering(async (context, report) => {
    if (context.dryRun) return printPlan(options, context);
    const { done, level } = await withRunner(options, context, runner => runner.up(options), {
      migrated: report,
      schema: schemaWatch({ log: line => context.output.log(line), acceptDrift: options.acceptDrift }),
    });
    context.output.print(
      done.length === 0
        ? `0 pending; the database is at ${level}`
        : `${done.length} applied; the database is at ${level}`,
    );
    return { facts: { level } };
  });
}
