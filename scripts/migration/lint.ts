import { writeCanaryRows } from '../adapters/schema-content';
import { readSchema } from '../adapters/schema-reader';
import { ROWS_WITHOUT_NULL } from '../domain/migration/canary-rows';
import type { SchemaModel } from '../domain/migration/fingerprint-schema';
import {
  type Algorithm,
  type AlgorithmAnswer,
  algorithmAttempts,
  algorithmRemarks,
  type TableSize,
} from '../domain/migration/lint-algorithm';
import { changeRemarks } from '../domain/migration/lint-change';
import type { Finding } from '../domain/migration/lint-finding';
import { judged, type LintRemark, unusedWaivers } from '../domain/migration/lint-rules';
import { StatementLint } from '../domain/migration/lint-statement';
import { MigrationError } from '../domain/migration/migration-error';
import type { Migration, MigrationFile } from '../domain/migration/migration-files';
import { type PhasedMigration, phaseConflicts, phaseRemark } from '../domain/migration/phase';
import { classify } from '../domain/migration/statement-class';
import type { SqlStatement } from '../domain/migration/statement-splitter';
import { phased } from './phased';
import { runInScratch, type ScratchPorts } from './scratch-run';
import { migrationFails } from './verify-findings';

/** How the server does a statement that changes a table of the running release. */
interface LintAnswer extends AlgorithmAnswer {
  readonly file: string;
}

export interface LintResult {
  readonly findings: readonly Finding[];
  readonly answers: readonly LintAnswer[];
}

export interface LintOptions {
  /** The migrations of the running release: what comes after is judged. */
  readonly since: number;
  /** Sizes of the tables of the database that the migrations are meant for. */
  readonly sizes: ReadonlyMap<string, TableSize>;
}

/** Judges the migrations of the next release, by their text and by what a real server does with them. */
export async function lintMigrations(
  ports: ScratchPorts,
  migrations: readonly Migration[],
  options: LintOptions,
): Promise<LintResult> {
  const released = migrations.filter(({ seq }) => seq <= options.since);
  for (const migration of released) await applyReleased(ports, migration);
  const schema = await readSchema(ports.scratch.session, ports.scratch.name);
  await writeCanaryRows(ports.scratch.session, schema.tables, ROWS_WITHOUT_NULL, () => true);

  const linter = new Linter(ports, schema, options.sizes);
  const batch: PhasedMigration[] = [];
  for (const migration of migrations.slice(released.length)) {
    ports.log(`(${migration.seq}) ${migration.name}: asking the server`);
    batch.push(await phased(ports.statements, migration));
    const conflicts =
      options.since === 0 ? [] : phaseConflicts(batch).filter(({ contract }) => contract === batch.at(-1));
    await linter.lint(migration, conflicts.map(phaseRemark));
    if (linter.findings.some(({ level }) => level === 'failed')) break;
  }
  return { findings: linter.findings, answers: linter.answers };
}

async function applyReleased(ports: ScratchPorts, migration: Migration): Promise<void> {
  const { failed } = await runInScratch(ports, migration.up);
  if (failed) {
    throw new MigrationError('failed', `${failed.file}:${failed.line}: ${failed.message}`, {
      failed,
      next: 'slipway migrate verify --all',
    });
  }
}

class Linter {
  readonly findings: Finding[] = [];
  readonly answers: LintAnswer[] = [];
  private schema: SchemaModel;

  constructor(
    private readonly ports: ScratchPorts,
    private readonly released: SchemaModel,
    private readonly sizes: ReadonlyMap<string, TableSize>,
  ) {
    this.schema = released;
  }

  async lint(migration: Migration, remarks: readonly LintRemark[]): Promise<void> {
    const found = [...remarks];
    const text = new StatementLint();
    const run = await runInScratch(this.ports, migration.up, async statement => {
      text.add(statement);
      found.push(...(await this.runStatement(migration, statement)));
    });
    if (run.failed) this.findings.push(migrationFails(run.failed, 'in a schema with rows'));
    this.judge(migration.up, [...text.remarks(), ...found]);
    await this.lintRollback(migration.down);
  }

  /** Of a rollback only the text is judged: that it reverts is shown by `verify`. */
  private async lintRollback(file: MigrationFile): Promise<void> {
    const text = new StatementLint();
    for await (const statement of this.ports.statements(file.path, file.name)) text.add(statement);
    this.judge(
      file,
      text.remarks().filter(({ rule }) => rule !== 'backfill-beside-ddl'),
    );
  }

  private judge(file: MigrationFile, remarks: readonly LintRemark[]): void {
    const findings = judged(file, remarks);
    this.findings.push(...findings, ...unusedWaivers(file, findings));
  }

  private async runStatement(migration: Migration, statement: SqlStatement): Promise<LintRemark[]> {
    const { session, name } = this.ports.scratch;
    const what = classify(statement.text);
    const checks = what.kind === 'ddl' && (await hasForeignKeyChecks(this.ports));
    const algorithm = await this.tryOut(statement);
    if (what.kind !== 'ddl') return [];

    const before = this.schema;
    this.schema = await readSchema(session, name);
    const phase = migration.up.directives.phase ?? 'expand';
    const { released } = this;
    const change = { line: statement.line, before, after: this.schema, released, phase, foreignKeyChecks: checks };
    return [...changeRemarks(change), ...this.answer(migration, statement, what.objects[0]?.name ?? '', algorithm)];
  }

  /** Only tables of the running release: the others are empty. */
  private answer(
    migration: Migration,
    statement: SqlStatement,
    table: string,
    algorithm: Algorithm | undefined,
  ): LintRemark[] {
    if (algorithmAttempts(statement.text).length === 0) return [];
    if (!this.released.tables.some(({ name }) => name === table)) return [];
    const answer = { line: statement.line, table, algorithm, size: this.sizes.get(table) };
    this.answers.push({ ...answer, file: migration.up.name });
    return algorithmRemarks(answer);
  }

  /** Runs a statement in the cheapest way that the server takes; undefined when it takes none of them. */
  private async tryOut(statement: SqlStatement): Promise<Algorithm | undefined> {
    const { session } = this.ports.scratch;
    for (const { algorithm, sql } of algorithmAttempts(statement.text)) {
      try {
        await session.execute(sql);
        return algorithm;
      } catch {
        // A statement that is wrong in itself says so below, where it stands as it was written.
      }
    }
    await session.execute(statement.text);
    return undefined;
  }
}

async function hasForeignKeyChecks({ scratch }: ScratchPorts): Promise<boolean> {
  const [row] = await scratch.session.query<{ checks: number }>('SELECT @@foreign_key_checks AS checks');
  return row?.checks === 1;
}
