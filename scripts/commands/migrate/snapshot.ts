import { hasHistory } from '../../adapters/history-schema';
import { readHistory } from '../../adapters/migration-journal';
import { type MysqlSession, openSession } from '../../adapters/mysql-session';
import { storeSnapshot } from '../../adapters/schema-snapshot';
import type { Action } from '../action';
import { familyOf } from '../../domain/migration/fingerprint-schema';
import { levelOf } from '../../domain/migration/history';
import { MigrationError } from '../../domain/migration/migration-error';
import { renderDifferences } from '../../domain/migration/schema-diff';
import { type Drift, driftOf } from '../../migration/schema-watch';
import type { Context } from '../context';
import { type DatabaseOptions, onDatabase } from './database-options';

export interface SnapshotOptions extends DatabaseOptions {
  /** Compares with what the last run left, and ends with 9 when somebody has changed it since. */
  readonly check: boolean;
  /** Keeps the schema as it is now as what the next run compares with. */
  readonly store: boolean;
}

/** `slipway migrate snapshot`: the schema as text, what was changed by hand since the last run, or both kept as they are. */
export function snapshot(options: SnapshotOptions): Action {
  return onDatabase(options, async (context, target) => {
    const session = await openSession(target);
    try {
      const drift = await driftOf(session);
      if (options.check) printDrift(context, drift);
      else context.output.print(`# server ${familyOf(drift.now.header)}\n${drift.now.text}`);
      if (options.store) await store(context, session, drift);
      return { facts: { header: drift.now.header, sha256: drift.now.sha256, differences: drift.differences } };
    } finally {
      await session.end();
    }
  });
}

/** @throws MigrationError when the schema was changed by hand */
function printDrift(context: Context, { since, differences, notCompared }: Drift): void {
  if (since === undefined || notCompared !== undefined) {
    context.output.print(`not compared: ${notCompared ?? ''}`);
    return;
  }
  context.output.print(
    [`since ${since.takenAt} UTC, at (${since.level}):`, ...renderDifferences(differences)].join('\n'),
  );
  if (differences.length === 0) {
    context.output.print('nothing was changed by hand');
    return;
  }
  throw new MigrationError(
    'drift',
    `the schema was changed by hand: ${differences.map(({ object }) => object).join(', ')}`,
    {
      next: 'write the change as a migration and undo it by hand, or keep it with `slipway migrate snapshot --store`',
      detail: { differences },
    },
  );
}

async function store(context: Context, session: MysqlSession, { now }: Drift): Promise<void> {
  if (!(await hasHistory(session))) {
    throw new MigrationError(
      'usage',
      'this schema has no history to keep a snapshot in; run `slipway migrate up` or `baseline` first',
    );
  }
  if (context.dryRun) return;
  await storeSnapshot(session, levelOf(await readHistory(session)), now);
  context.output.log('kept: the next run compares with the schema as it is now');
}
