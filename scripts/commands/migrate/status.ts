import { readMigrations } from '../../adapters/migration-folder';
import { readHistory } from '../../adapters/migration-journal';
import { openSession } from '../../adapters/mysql-session';
import type { Action } from '../action';
import { type HistoryRow, isApplied, levelOf } from '../../domain/migration/history';
import type { Migration } from '../../domain/migration/migration-files';
import { type DatabaseOptions, folderOf, onDatabase } from './database-options';

/** `slipway migrate status`: what is applied, what is half done and what is pending. Looks only, also while another run works. */
export function status(options: DatabaseOptions): Action {
  return onDatabase(options, async (context, target) => {
    const migrations = await readMigrations(folderOf(options, context));
    const session = await openSession(target);
    try {
      const rows = await readHistory(session);
      const all = statusOf(migrations, rows);
      for (const { line } of all) context.output.print(line);
      const pending = all.filter(({ state }) => state === 'pending').length;
      context.output.print(`the database is at ${levelOf(rows)}, ${pending} pending`);
      return { facts: { level: levelOf(rows), pending, migrations: all.map(({ line, ...facts }) => facts) } };
    } finally {
      await session.end();
    }
  });
}

interface Standing {
  readonly seq: number;
  readonly name: string;
  readonly state: string;
  readonly line: string;
}

function statusOf(migrations: readonly Migration[], rows: readonly HistoryRow[]): readonly Standing[] {
  const seqs = new Set([...rows, ...migrations].map(({ seq }) => seq));
  return [...seqs]
    .sort((one, other) => one - other)
    .map(seq => {
      const row = rows.find(candidate => candidate.seq === seq);
      const migration = migrations.find(candidate => candidate.seq === seq);
      const name = migration?.name ?? row?.name ?? '';
      const state = row?.state ?? 'pending';
      const edited = row && isApplied(row) && migration && row.upSha256 !== migration.up.sha256 ? ', edited since' : '';
      const gone = migration ? '' : ', its file is not here';
      return {
        seq,
        name,
        state,
        line: `(${seq}) ${name}: ${state}${detailOf(row)}${edited}${gone}`,
        ...(row && { row }),
      };
    });
}

function detailOf(row: HistoryRow | undefined): string {
  if (!row) return '';
  if (isApplied(row)) return ` ${row.finishedAt?.slice(0, 19) ?? ''} UTC by ${row.appliedBy ?? 'somebody'}`;
  const error = row.errorText === undefined ? '' : `: ${row.errorText}`;
  return `, ${row.done} of ${row.total} statements${error}`;
}
