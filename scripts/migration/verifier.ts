import { readContent, writeCanaryRows } from '../adapters/schema-content';
import { readSchema } from '../adapters/schema-reader';
import { FIRST_ROWS, LATER_ROWS } from '../domain/migration/canary-rows';
import { fingerprintOf } from '../domain/migration/fingerprint';
import { type Content, contentDifferences } from '../domain/migration/fingerprint-rows';
import type { SchemaModel, Table } from '../domain/migration/fingerprint-schema';
import { type Finding, isRefusal } from '../domain/migration/lint-finding';
import type { Migration } from '../domain/migration/migration-files';
import { schemaDifferences, type SchemaDifference } from '../domain/migration/schema-diff';
import { phased } from './phased';
import { runInScratch, type ScratchPorts } from './scratch-run';
import * as say from './verify-findings';

/** The single steps of a proof, and what they have found. */
export class Verifier {
  readonly findings: Finding[] = [];
  /** The runs of the migrations that were applied, by number. */
  private readonly runs = new Map<number, say.Runs>();
  private readonly filled = new Set<string>();
  /** Tables that take none of the rows. */
  private readonly refused = new Set<string>();
  private current: SchemaModel | undefined;

  constructor(private readonly ports: ScratchPorts) {}

  hasFailed(): boolean {
    return this.findings.some(isRefusal);
  }

  /** The schema as it is now, read once until it is changed. */
  async schema(): Promise<SchemaModel> {
    const { session, name, hidden } = this.ports.scratch;
    this.current ??= await readSchema(session, name, hidden);
    return this.current;
  }

  /** What its tables hold. */
  async content(): Promise<Content> {
    return readContent(this.ports.scratch.session, await this.schema());
  }

  /** Begins on a schema whose tables have their rows. */
  goOn(schema: SchemaModel): void {
    for (const { name } of schema.tables) this.filled.add(name);
  }

  /** The schema was emptied. */
  forget(): void {
    this.current = undefined;
  }

  /**
   * Applies a migration that is not in question. A table gets its rows before it is changed for the first time, so that
   * they live through its history as the rows in production did: a column that is NOT NULL today was filled yesterday.
   */
  async applyKnown(migration: Migration): Promise<void> {
    const { tables } = await phased(this.ports.statements, migration);
    const made = new Set(
      [...this.runs.values()].flatMap(({ up }) => up?.statements.flatMap(({ names }) => names) ?? []),
    );
    const needsRows = tables.some(name => made.has(name.toLowerCase()) && !this.filled.has(name));
    if (needsRows) await this.fill(migration, FIRST_ROWS, ({ name }) => !this.filled.has(name));
    await this.apply(migration);
  }

  async apply(migration: Migration, when = 'in a schema with rows'): Promise<void> {
    this.current = undefined;
    const up = await runInScratch(this.ports, migration.up);
    this.runs.set(migration.seq, { ...this.runs.get(migration.seq), migration, up });
    if (up.failed) this.findings.push(say.migrationFails(up.failed, when));
  }

  async prove(migration: Migration): Promise<void> {
    this.ports.log(`(${migration.seq}) ${migration.name}: up, down, up`);
    const before = await this.schema();
    const content = await this.fillAndRead(migration);
    await this.apply(migration);
    if (this.hasFailed()) return;
    const applied = await this.schema();

    await this.rollBack(migration, 'on the rows that were there before', 'correct the statement');
    if (this.hasFailed()) return;
    const runs = this.runs.get(migration.seq) ?? { migration };
    const left = differences(before, await this.schema());
    if (left.length > 0) this.findings.push(say.rollbackDiffers(runs, left));
    if (this.hasFailed()) return;
    await this.compareContent(runs, content, before);
    if (this.hasFailed()) return;

    await this.apply(migration, 'when it is applied again after its rollback');
    if (this.hasFailed()) return;
    const again = differences(applied, await this.schema());
    if (again.length > 0) this.findings.push(say.secondRunDiffers(runs, again));
  }

  /** Down to nothing, with rows in the tables that know of the newest columns. */
  async rollBackAll(migrations: readonly Migration[]): Promise<void> {
    const last = migrations.at(-1);
    if (!last || this.hasFailed()) return;
    this.ports.log('all rollbacks, down to nothing');
    await this.fill(last, LATER_ROWS, () => true);
    for (const migration of migrations.toReversed()) {
      await this.rollBack(
        migration,
        'on rows as they may be written after the migration',
        'let the rollback treat such rows first, e.g. UPDATE ... WHERE column IS NULL before NOT NULL',
      );
      if (this.hasFailed()) return;
    }
    const left = differences({ ...(await this.schema()), tables: [], programs: [] }, await this.schema());
    if (left.length > 0) this.findings.push(say.notEmpty(this.creatorOf(left) ?? { migration: last }, left));
  }

  async rollBack(migration: Migration, when: string, next: string): Promise<void> {
    this.current = undefined;
    const down = await runInScratch(this.ports, migration.down);
    this.runs.set(migration.seq, { ...this.runs.get(migration.seq), migration, down });
    if (down.failed) this.findings.push(say.rollbackFails(down.failed, when, next));
  }

  /** Rows into the tables that have none yet, or none any more. */
  async fillAndRead(migration: Migration): Promise<Content> {
    const schema = await this.schema();
    await this.fill(migration, FIRST_ROWS, ({ name }) => !this.filled.has(name));
    const content = await readContent(this.ports.scratch.session, schema);
    const emptied = (name: string) => content.get(name)?.rows === 0 && !this.refused.has(name);
    if (![...content.keys()].some(emptied)) return content;
    await this.fill(migration, FIRST_ROWS, ({ name }) => emptied(name));
    return readContent(this.ports.scratch.session, schema);
  }

  /** Rows into tables; afterwards every table that was asked for counts as filled. */
  private async fill(migration: Migration, numbers: readonly number[], only: (table: Table) => boolean): Promise<void> {
    await this.ports.scratch.clean();
    const { tables } = await this.schema();
    const refused = await writeCanaryRows(this.ports.scratch.session, tables, numbers, only);
    for (const { name } of tables) this.filled.add(name);
    for (const { table, reason } of refused) {
      if (!this.refused.has(table)) this.findings.push(say.noCanaryRows(migration, table, reason));
      this.refused.add(table);
    }
  }

  private async compareContent(runs: say.Runs, content: Content, schema: SchemaModel): Promise<void> {
    const losses = contentDifferences(content, await readContent(this.ports.scratch.session, schema));
    const declared = runs.migration.down.directives.irreversible !== undefined;
    if (losses.length > 0 && !declared) this.findings.push(say.dataLost(runs, losses));
    if (losses.length === 0 && declared) this.findings.push(say.nothingLost(runs));
  }

  /** The migration that made what is left. */
  private creatorOf(left: readonly SchemaDifference[]): say.Runs | undefined {
    const name = left[0]?.object.replace(/^\w+ /, '').toLowerCase() ?? '';
    return [...this.runs.values()].find(({ up }) => up?.statements.some(({ names }) => names.includes(name)));
  }
}

function differences(before: SchemaModel, after: SchemaModel): SchemaDifference[] {
  return schemaDifferences(fingerprintOf(before).text, fingerprintOf(after).text);
}
