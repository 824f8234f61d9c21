import { readHistory } from '../adapters/migration-journal';
import { type HistoryRow, levelOf } from '../domain/migration/history';
import type { Migration } from '../domain/migration/migration-files';
import { assertPhases } from '../domain/migration/phase-guard';
import { type PlannedMigration, planDown, planUp, type UpPlan } from '../domain/migration/plan';
import { adopt } from './baseline';
import { assertNoLeftovers } from './online-step';
import { LockedRun } from './locked-run';
import { acceptEdit, resolve, type Verdict } from './repairs';
import type { DownOptions, RunnerPorts, RunResult, UpOptions } from './runner-ports';
import { assertFits } from './server-limits';

export type { Verdict } from './repairs';
export type { DoneMigration, DownOptions, RunnerPorts, RunResult, UpOptions } from './runner-ports';

/** Applies migrations and rolls them back: what `migrate` does, without its command line. */
export class MigrationRunner {
  constructor(private readonly ports: RunnerPorts) {}

  /** Applies what is not applied yet, in order. @throws MigrationError */
  async up(options: UpOptions): Promise<RunResult> {
    const migrations = await this.ports.migrations();
    return LockedRun.with(this.ports, options.waitSeconds, async run => {
      const rows = await run.history();
      const { todo, warnings } = this.planned(migrations, rows, options);
      warnings.forEach(this.ports.log);
      if (todo.length === 0) return;
      await assertFits(run.journalSession, todo);
      await assertNoLeftovers(run.journalSession, todo);
      await run.prepare(rows);
      for (const planned of todo) await run.apply(planned);
    });
  }

  /** Rolls back everything above a number, the newest first. @throws MigrationError */
  async down(options: DownOptions): Promise<RunResult> {
    const migrations = options.fromFile ? await this.ports.migrations() : [];
    return LockedRun.with(this.ports, options.waitSeconds, async run => {
      const rows = await run.history();
      const todo = planDown(rows, options.to);
      if (todo.length === 0) return;
      await run.prepare(rows);
      for (const row of todo) {
        const file = migrations.find(({ seq }) => seq === row.seq)?.down;
        await run.revert(row, { acceptLoss: options.acceptLoss ?? false, ...(file && { file }) });
      }
    });
  }

  /** What `up` would do; looks without a lock and writes nothing. */
  async plan(options: Omit<UpOptions, 'waitSeconds'>): Promise<UpPlan> {
    const migrations = await this.ports.migrations();
    const session = await this.ports.connect();
    try {
      return this.planned(migrations, await readHistory(session), options);
    } finally {
      await session.end();
    }
  }

  /** A person says what became of a half-done migration. */
  async resolve(seq: number, verdict: Verdict, waitSeconds: number): Promise<void> {
    const migrations = await this.ports.migrations();
    await LockedRun.with(this.ports, waitSeconds, run => resolve({ run, ports: this.ports, migrations, seq, verdict }));
  }

  /** Takes an applied file as it is now. */
  async acceptEdit(seq: number, reason: string, waitSeconds: number): Promise<void> {
    const migrations = await this.ports.migrations();
    await LockedRun.with(this.ports, waitSeconds, run =>
      acceptEdit({ run, ports: this.ports, migrations, seq, reason }),
    );
  }

  /** Adopts a schema that already is what (1) to (`level`) make, after comparing. */
  async baseline(level: number, waitSeconds: number): Promise<RunResult> {
    const migrations = await this.ports.migrations();
    return LockedRun.with(this.ports, waitSeconds, run => adopt({ run, ports: this.ports, migrations, level }));
  }

  private planned(
    migrations: readonly Migration[],
    rows: readonly HistoryRow[],
    options: Omit<UpOptions, 'waitSeconds'>,
  ): UpPlan {
    const plan = planUp(migrations, rows, options);
    assertPhases(this.batch(migrations, plan.todo, rows), levelOf(rows));
    return plan;
  }

  /** What goes live with this release: what is to be applied, and what was already applied for it. */
  private batch(
    migrations: readonly Migration[],
    todo: readonly PlannedMigration[],
    rows: readonly HistoryRow[],
  ): readonly Migration[] {
    const { release } = this.ports;
    const ofRelease = rows.filter(row => release !== undefined && row.release === release).map(({ seq }) => seq);
    const seqs = new Set([...todo.map(({ migration }) => migration.seq), ...ofRelease]);
    return migrations.filter(({ seq }) => seqs.has(seq));
  }
}
