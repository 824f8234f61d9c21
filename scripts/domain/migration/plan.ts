import { type HistoryRow, isApplied } from './history';
import type { Migration } from './migration-files';
import { MigrationError } from './migration-error';
import { fileNames } from './file-name';

/** A migration that is to be applied, or taken up again where it stopped. */
export interface PlannedMigration {
  readonly migration: Migration;
  readonly row?: HistoryRow;
}

export interface UpPlan {
  readonly todo: readonly PlannedMigration[];
  /** What is strange and no reason to stop. */
  readonly warnings: readonly string[];
}

export interface PlanOptions {
  readonly to?: number;
  readonly allowAhead?: boolean;
}

/** What `up` does. @throws MigrationError when files and history disagree */
export function planUp(
  migrations: readonly Migration[],
  rows: readonly HistoryRow[],
  options: PlanOptions = {},
): UpPlan {
  const { to } = options;
  if (to !== undefined && to > migrations.length) {
    throw new MigrationError('usage', `--to ${to}: the files end at ${migrations.length}`);
  }
  const warnings = compareHistory(migrations, rows, options.allowAhead ?? false);
  const reverting = rows.find(row => row.state === 'reverting' || row.state === 'revert_failed');
  if (reverting) {
    const next = `slipway migrate down --to ${reverting.seq - 1}`;
    throw conflict(`(${reverting.seq}) ${reverting.name} is half rolled back; finish that first: ${next}`, next);
  }
  const todo = migrations
    .filter(({ seq }) => to === undefined || seq <= to)
    .map(migration => ({ migration, row: rows.find(row => row.seq === migration.seq) }))
    .filter(({ row }) => !row || !isApplied(row))
    .map(({ migration, row }) => ({ migration, ...(row && { row }) }));
  return { todo, warnings };
}

/** What `down` rolls back, the newest first. */
export function planDown(rows: readonly HistoryRow[], to: number): readonly HistoryRow[] {
  const half = rows.find(row => row.state === 'applying' || row.state === 'failed');
  if (half) {
    throw conflict(
      `(${half.seq}) ${half.name} is half applied, ${half.done} of ${half.total} statements; finish it with ` +
        '`slipway migrate up`, or undo its statements by hand and then `slipway migrate resolve ' +
        `${half.seq} --undone\``,
      'slipway migrate up',
    );
  }
  return rows.filter(({ seq }) => seq > to).sort((one, other) => other.seq - one.seq);
}

/** @returns warnings */
function compareHistory(migrations: readonly Migration[], rows: readonly HistoryRow[], allowAhead: boolean): string[] {
  const highest = Math.max(0, ...rows.map(({ seq }) => seq));
  if (highest > migrations.length && !allowAhead) {
    throw conflict(
      `the database is at ${highest}, the files end at ${migrations.length}; check out the release that has them, ` +
        `roll back with \`slipway migrate down --to ${migrations.length}\`, or add --allow-ahead`,
      `slipway migrate down --to ${migrations.length}`,
    );
  }
  return migrations.flatMap(migration => {
    const row = rows.find(({ seq }) => seq === migration.seq);
    if (row) return compareRow(migration, row, migrations);
    if (migration.seq < highest) throw late(migration, migrations.length + 1);
    return [];
  });
}

function compareRow(migration: Migration, row: HistoryRow, migrations: readonly Migration[]): string[] {
  const { up, down, seq } = migration;
  // Of a failed migration the tail may be mended; that its head is as it was run is checked when it is taken up again.
  if (row.state !== 'failed' && row.upSha256 !== up.sha256) throw edited(migration, row, migrations);
  return [
    ...(row.name === migration.name
      ? []
      : [`(${seq}) was applied as "${row.name}" and is now called "${migration.name}"`]),
    ...(row.state !== 'failed' && row.downSha256 !== down.sha256
      ? [`${down.name} was edited after it was applied; \`down\` uses the one kept in the database unless --from-file`]
      : []),
  ];
}

function edited({ seq, up }: Migration, row: HistoryRow, migrations: readonly Migration[]): MigrationError {
  const moved = migrations.find(other => other.up.sha256 === row.upSha256);
  const why = moved
    ? `${moved.up.name} is what was applied as (${seq}): give it its number back, and the new one the next free number`
    : `${up.name} was edited after it was applied (applied ${short(row.upSha256)}, file ${short(up.sha256)}); restore it and ` +
      `write the change as (${migrations.length + 1})`;
  return new MigrationError('history', `${why}, or \`slipway migrate repair --accept-edit ${seq} --reason ...\``, {
    next: `git log -p -- "migrations/${up.name}"`,
    detail: { seq, applied: row.upSha256, file: up.sha256 },
  });
}

function late({ seq, name, up, down }: Migration, free: number): MigrationError {
  const renamed = fileNames(free, name);
  const next = `git mv "${up.name}" "${renamed.up}" && git mv "${down.name}" "${renamed.down}"`;
  return conflict(
    `(${seq}) ${name} was never applied, and later ones were; give it the next free number: ${next}`,
    next,
  );
}

function conflict(message: string, next: string): MigrationError {
  return new MigrationError('history', message, { next });
}

function short(sha256: string): string {
  return sha256.slice(0, 12);
}
