import type { Action } from '../action';
import { schemaWatch } from '../../migration/schema-watch';
import { type DatabaseOptions, onDatabase, withRunner } from './database-options';

export interface BaselineOptions extends DatabaseOptions {
  readonly level: number;
  readonly waitSeconds: number;
  readonly release?: string;
}

/** `slipway migrate baseline`: adopts a database whose schema is already that of migration N. */
export function baseline(options: BaselineOptions): Action {
  return onDatabase(options, async (context, target) => {
    if (context.dryRun) return { facts: { level: options.level } };
    const { level } = await withRunner(
      target,
      options,
      context,
      runner => runner.baseline(options.level, options.waitSeconds),
      {
        schema: schemaWatch({ log: line => context.output.log(line) }),
      },
    );
    context.output.print(`(1) to (${level}) are adopted as applied; the schema is what they make`);
    return { facts: { level } };
  });
}
