import type { Finding } from '../domain/migration/lint-finding';
import type { ContentDifference } from '../domain/migration/fingerprint-rows';
import type { FailedStatement } from '../domain/migration/migration-error';
import type { Migration } from '../domain/migration/migration-files';
import { renderDifferences, type SchemaDifference } from '../domain/migration/schema-diff';
import { type FileRun, lineTouching } from './scratch-run';

/** A migration with what was seen of its two files while they ran. */
export interface Runs {
  readonly migration: Migration;
  readonly up?: FileRun;
  readonly down?: FileRun;
}

export function migrationFails(failed: FailedStatement, when: string): Finding {
  return finding('failed', 'migration-fails', failed, {
    message: `the migration fails ${when}: ${failed.message}`,
    next: 'correct the statement; rows stand in every table, as in production',
  });
}

export function rollbackFails(failed: FailedStatement, when: string, next: string): Finding {
  return finding('refused', 'rollback-fails', failed, {
    message: `the rollback fails ${when}: ${failed.message}`,
    next,
  });
}

/** After up and down, the schema is not what it was. */
export function rollbackDiffers(runs: Runs, differences: readonly SchemaDifference[]): Finding {
  return finding('refused', 'rollback-differs', placeOf(runs, differences), {
    message: 'after the rollback the schema is not what it was before the migration (- is missing, + is left over)',
    lines: renderDifferences(differences),
    next: 'make the rollback restore these lines to the letter',
  });
}

/** Up, down and up again does not end where up alone does. */
export function secondRunDiffers(runs: Runs, differences: readonly SchemaDifference[]): Finding {
  const place = { file: runs.migration.up.name, line: 1 };
  return finding('refused', 'second-run-differs', place, {
    message:
      'applied again after its rollback, the migration gives another schema (- only the first time, + only the second)',
    lines: renderDifferences(differences),
    next: 'make the migration say what it wants instead of leaving it to the server, e.g. names of constraints',
  });
}

/** Rows that stood in the tables before the migration are not the same after its rollback. */
export function dataLost({ migration, down }: Runs, losses: readonly ContentDifference[]): Finding {
  const lines = losses.map(({ table, what }) => `${table}: ${what}`);
  const line = lineTouching(down, losses[0]?.table ?? '') ?? 1;
  return finding(
    'refused',
    'data-lost',
    { file: migration.down.name, line },
    {
      message: 'after the rollback, rows that were there before the migration have changed',
      lines,
      next: 'bring the values back, or begin the file with "-- irreversible: <what is lost>"',
    },
  );
}

export function nothingLost({ migration }: Runs): Finding {
  return finding(
    'note',
    'irreversible-without-loss',
    { file: migration.down.name, line: 1 },
    {
      message: 'is declared irreversible, but the rows tried here came back',
      next: 'remove the declaration if it is not true: down stops at an irreversible migration',
    },
  );
}

/** After all rollbacks the schema is not empty. */
export function notEmpty(runs: Runs, differences: readonly SchemaDifference[]): Finding {
  return finding('refused', 'not-empty', placeOf(runs, differences), {
    message: 'after the rollback of every migration something is left',
    lines: renderDifferences(differences.map(difference => ({ ...difference, lines: [] }))),
    next: 'drop it in the rollback of the migration that creates it',
  });
}

export function noCanaryRows(migration: Migration, table: string, reason: string): Finding {
  return finding(
    'note',
    'no-rows',
    { file: migration.up.name, line: 1 },
    {
      message: `no row could be made for ${table}, so lost data would not be seen there: ${reason}`,
      next: '',
    },
  );
}

/** The statement of the rollback that touches the first of these objects; else the one of the migration that does. */
function placeOf({ migration, up, down }: Runs, differences: readonly SchemaDifference[]): Place {
  const [, name = ''] = /^\w+ (.*)$/.exec(differences[0]?.object ?? '') ?? [];
  const inRollback = lineTouching(down, name);
  if (inRollback !== undefined) return { file: migration.down.name, line: inRollback };
  const inMigration = lineTouching(up, name);
  if (inMigration !== undefined) return { file: migration.up.name, line: inMigration };
  return { file: migration.down.name, line: 1 };
}

interface Place {
  readonly file: string;
  readonly line: number;
}

interface Words {
  readonly message: string;
  readonly lines?: readonly string[];
  readonly next: string;
}

function finding(level: Finding['level'], rule: string, { file, line }: Place, words: Words): Finding {
  return { level, rule, file, line, lines: [], ...words };
}
