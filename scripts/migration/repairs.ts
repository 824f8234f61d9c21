import { createHash } from 'node:crypto';
import type { HistoryRow } from '../domain/migration/history';
import { isApplied } from '../domain/migration/history';
import type { Migration } from '../domain/migration/migration-files';
import { MigrationError } from '../domain/migration/migration-error';
import type { SqlStatement } from '../domain/migration/statement-splitter';
import type { LockedRun } from './locked-run';
import { rollbackStatements } from './rollback-script';
import type { RunnerPorts } from './runner-ports';

/**
 * What a person found: the statement in flight was done or not done; or the whole migration is in place, or nothing of it
 * is left, because the rest was done by hand.
 */
export type Verdict = 'done' | 'not done' | 'applied' | 'undone';

interface Repair {
  readonly run: LockedRun;
  readonly ports: RunnerPorts;
  readonly migrations: readonly Migration[];
  readonly seq: number;
}

/** Writes a person's verdict on a half-done migration into the history. @throws MigrationError when there is nothing to decide */
export async function resolve({
  run,
  ports,
  migrations,
  seq,
  verdict,
}: Repair & { readonly verdict: Verdict }): Promise<void> {
  const row = rowOf(await run.history(), seq);
  if (isApplied(row))
    throw refused(`(${seq}) ${row.name} is ${row.state}; there is nothing to resolve`, 'slipway migrate status');
  if (verdict === 'undone') {
    await run.journal.forget(row, 'resolved', { verdict });
    return;
  }
  if (verdict === 'applied') {
    await run.journal.accept(row, await filesOf(migrationOf(migrations, seq), ports), { verdict });
    return;
  }
  if (row.started <= row.done) {
    throw refused(
      `no statement of (${seq}) ${row.name} was in flight; what is done is known`,
      'slipway migrate status',
    );
  }
  const done = verdict === 'done' ? row.started : row.done;
  const doneSha256 = await headHash(await statementsOf(run, ports, migrations, row), done);
  await run.journal.decide(row, { done, started: done, doneSha256 }, { verdict });
}

/** Takes an applied file as it is now. @throws MigrationError when it is not applied */
export async function acceptEdit({
  run,
  ports,
  migrations,
  seq,
  reason,
}: Repair & { readonly reason: string }): Promise<void> {
  const row = rowOf(await run.history(), seq);
  if (!isApplied(row))
    throw refused(`(${seq}) ${row.name} is ${row.state}; only applied files are accepted`, 'slipway migrate up');
  await run.journal.accept(row, await filesOf(migrationOf(migrations, seq), ports), { reason });
}

async function filesOf({ up, down }: Migration, ports: RunnerPorts) {
  return { upSha256: up.sha256, downSha256: down.sha256, downSql: await ports.text(down.path) };
}

async function statementsOf(
  run: LockedRun,
  ports: RunnerPorts,
  migrations: readonly Migration[],
  row: HistoryRow,
): Promise<AsyncIterable<SqlStatement>> {
  if (row.state === 'reverting' || row.state === 'revert_failed') {
    return rollbackStatements(await run.journal.rollbackOf(row.seq), `(${row.seq}) ${row.name}`);
  }
  const { up } = migrationOf(migrations, row.seq);
  if (up.sha256 !== row.upSha256) {
    throw refused(
      `${up.name} was edited while a statement was in flight; restore it first`,
      `git diff -- "migrations/${up.name}"`,
    );
  }
  return ports.statements(up.path, up.name);
}

async function headHash(statements: AsyncIterable<SqlStatement>, done: number): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const { index, text } of statements) {
    if (index > done) break;
    hash.update(text).update('\0');
  }
  return hash.digest();
}

function rowOf(rows: readonly HistoryRow[], seq: number): HistoryRow {
  const row = rows.find(candidate => candidate.seq === seq);
  if (!row) throw refused(`(${seq}) is not in the history of this database`, 'slipway migrate status');
  return row;
}

function migrationOf(migrations: readonly Migration[], seq: number): Migration {
  const migration = migrations.find(candidate => candidate.seq === seq);
  if (!migration)
    throw refused(`the folder has no (${seq}); check out the release that has it`, 'slipway migrate status');
  return migration;
}

function refused(message: string, next: string): MigrationError {
  return new MigrationError('refused', message, { next });
}
