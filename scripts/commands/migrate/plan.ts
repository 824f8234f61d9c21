import type { DatabaseTarget } from '../../adapters/database-target';
import { MigrationSource } from '../../adapters/migration-source';
import type { Action } from '../action';
import type { PlannedMigration } from '../../domain/migration/plan';
import { changedBy, classify, type StatementClass } from '../../domain/migration/statement-class';
import { splitStatements } from '../../domain/migration/statement-splitter';
import type { Context } from '../context';
import type { Answer } from './answer';
import { type DatabaseOptions, onDatabase, withRunner } from './database-options';

export interface MigratePlanOptions extends DatabaseOptions {
  readonly to?: number;
  readonly allowAhead?: boolean;
  readonly release?: string;
}

/** How a statement is run, in words. */
const MANNER: Readonly<Record<StatementClass['kind'], string>> = {
  ddl: 'commits by itself',
  dml: 'in a transaction with the journal',
  session: 'for this session',
  read: 'reads only',
  other: 'commits by itself; after a crash a person decides',
};

/** A long file is shown by its first statements. */
const SHOWN_STATEMENTS = 20;

/** `slipway migrate plan`: what `up` would run. */
export function plan(options: MigratePlanOptions): Action {
  return onDatabase(options, (context, target) => printPlan(target, options, context));
}

export async function printPlan(
  target: DatabaseTarget,
  options: MigratePlanOptions,
  context: Context,
): Promise<Answer> {
  const { todo, warnings } = await withRunner(target, options, context, runner => runner.plan(options));
  for (const warning of warnings) context.output.log(warning);
  for (const planned of todo) await printMigration(planned, context);
  context.output.print(`${todo.length} pending`);
  return { facts: { pending: todo.map(({ migration: { seq, name } }) => ({ seq, name })) } };
}

async function printMigration({ migration, row }: PlannedMigration, { output }: Context): Promise<void> {
  const { up } = migration;
  const rest = row ? `, taken up again after statement ${row.done}` : '';
  output.print(`${up.name}: ${up.statements} statements${rest}`);
  for await (const statement of splitStatements(new MigrationSource(up.path), up.name)) {
    if (statement.index > SHOWN_STATEMENTS) {
      output.print(`  ... and ${up.statements - SHOWN_STATEMENTS} more`);
      return;
    }
    const what = classify(statement.text);
    output.print(`  ${statement.index}. ${what.verb}${namesOf(what)} (line ${statement.line}), ${MANNER[what.kind]}`);
  }
}

function namesOf(what: StatementClass): string {
  const objects = changedBy(what);
  return objects.length === 0 ? '' : ` ${objects.map(({ name }) => name).join(', ')}`;
}
