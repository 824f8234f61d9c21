import { ask } from '../../adapters/ask';
import { openSession, type DatabaseTarget } from '../../adapters/mysql-session';
import { targetName } from '../../adapters/database-target';
import { readHistory } from '../../adapters/migration-journal';
import type { Action } from '../action';
import type { HistoryRow } from '../../domain/migration/history';
import { MigrationError } from '../../domain/migration/migration-error';
import { planDown } from '../../domain/migration/plan';
import type { DownOptions } from '../../migration/runner';
import { schemaWatch } from '../../migration/schema-watch';
import type { Context } from '../context';
import { type DatabaseOptions, onDatabase, withRunner } from './database-options';

export interface MigrateDownOptions extends DatabaseOptions, DownOptions {
  /** Does not ask for the number. */
  readonly yes: boolean;
  /** Goes on from a schema that was changed by hand. */
  readonly acceptDrift: boolean;
}

/** `slipway migrate down`: rolls back everything above a number, with the rollbacks that the database keeps. */
export function down(options: MigrateDownOptions): Action {
  return onDatabase(options, async (context, target, report) => {
    const todo = planDown(await historyOf(target), options.to);
    for (const { seq, name } of todo) context.output.log(`to be rolled back: (${seq}) ${name}`);
    if (context.dryRun || todo.length === 0) return { facts: { todo: todo.map(({ seq }) => seq) } };
    if (!options.yes) await assertMeant(options.to, todo, target, context);
    const { done, level } = await withRunner(target, options, context, runner => runner.down(options), {
      migrated: report,
      schema: schemaWatch({ log: line => context.output.log(line), acceptDrift: options.acceptDrift }),
    });
    context.output.print(`${done.length} rolled back; the database is at ${level}`);
    return { facts: { level } };
  });
}

async function historyOf(target: DatabaseTarget): Promise<readonly HistoryRow[]> {
  const session = await openSession(target);
  try {
    return await readHistory(session);
  } finally {
    await session.end();
  }
}

async function assertMeant(
  to: number,
  todo: readonly HistoryRow[],
  target: DatabaseTarget,
  context: Context,
): Promise<void> {
  const asked = `Roll ${targetName(target)} back by ${todo.length}, to ${to}? Type ${to}:`;
  if (context.interactive && (await ask(asked, context.signal)) === String(to)) return;
  throw new MigrationError('refused', `nothing was rolled back: type the number when asked, or add --yes`, {
    next: `slipway migrate down --to ${to} --yes`,
  });
}
