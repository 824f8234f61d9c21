import { familyOf, type SchemaHeader } from './fingerprint-schema';
import type { Migration } from './migration-files';
import { MigrationError } from './migration-error';

interface ReportedMigration {
  readonly seq: number;
  readonly name: string;
  readonly upSha256: string;
  readonly downSha256: string;
  readonly seconds: number;
}

/** What a run on a clone of production tells production. */
export interface StagingReport {
  readonly format: 1;
  /** ISO 8601, in UTC. */
  readonly finishedAt: string;
  readonly toolVersion: string;
  readonly header: SchemaHeader;
  /** Level and schema before the run. */
  readonly fromLevel: number;
  readonly schemaSha256: string;
  readonly migrations: readonly ReportedMigration[];
}

/** What a database is before a run. */
export interface StagingFacts {
  readonly header: SchemaHeader;
  readonly level: number;
  readonly schemaSha256: string;
}

/** What production is, at the moment of the check. */
export interface ReportCheck extends StagingFacts {
  /** What is about to be applied. */
  readonly pending: readonly Migration[];
  readonly now: Date;
  readonly maxAgeHours: number;
}

/** What a run on a clone has shown. */
export interface StagingRun {
  readonly before: StagingFacts;
  readonly migrations: readonly Migration[];
  /** What was applied, and how long it took. */
  readonly done: readonly { readonly seq: number; readonly seconds: number }[];
  readonly finishedAt: Date;
  readonly toolVersion: string;
}

export function stagingReport({ before, migrations, done, finishedAt, toolVersion }: StagingRun): StagingReport {
  return {
    format: 1,
    finishedAt: finishedAt.toISOString(),
    toolVersion,
    header: before.header,
    fromLevel: before.level,
    schemaSha256: before.schemaSha256,
    migrations: done.flatMap(({ seq, seconds }) => {
      const ran = migrations.find(migration => migration.seq === seq);
      return ran ? [{ seq, name: ran.name, upSha256: ran.up.sha256, downSha256: ran.down.sha256, seconds }] : [];
    }),
  };
}

const HOUR_MS = 3_600_000;
const REPORT = 'the staging report';
const NEXT = 'run `slipway migrate up` on a fresh clone of production with --report, and use that report';

/** Reads a report from its file. @throws MigrationError when it is none */
export function parseStagingReport(text: string): StagingReport {
  const report = parsed(text) as Partial<StagingReport> | null;
  const whole =
    report?.format === 1 &&
    typeof report.finishedAt === 'string' &&
    !Number.isNaN(Date.parse(report.finishedAt)) &&
    isHeader(report.header) &&
    typeof report.fromLevel === 'number' &&
    typeof report.schemaSha256 === 'string' &&
    Array.isArray(report.migrations);
  if (!whole) throw new MigrationError('usage', `${REPORT} is not one that this version wrote; ${NEXT}`);
  return report as StagingReport;
}

function isHeader(header: Partial<SchemaHeader> | null | undefined): boolean {
  return typeof header?.brand === 'string' && typeof header.version === 'string';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a report says nothing about what is about to happen; empty when it does. */
export function reportProblems(report: StagingReport, check: ReportCheck): string[] {
  const age = (check.now.getTime() - Date.parse(report.finishedAt)) / HOUR_MS;
  return [
    ...(age > check.maxAgeHours ? [`it is ${Math.floor(age)} hours old, allowed are ${check.maxAgeHours}`] : []),
    ...(age < 0 ? [`it is from the future (${report.finishedAt})`] : []),
    ...headerProblems(report.header, check.header),
    ...(report.fromLevel === check.level
      ? []
      : [`the clone was at ${report.fromLevel} before the run, this database is at ${check.level}`]),
    ...(report.schemaSha256 === check.schemaSha256
      ? []
      : ['the schema of the clone before the run was not the one here']),
    ...check.pending.flatMap(migration => migrationProblems(report, migration)),
  ];
}

/** @throws MigrationError `refused`, with the first problem; all of them are in its details */
export function assertReport(report: StagingReport, check: ReportCheck): void {
  const problems = reportProblems(report, check);
  const [first] = problems;
  if (first === undefined) return;
  throw new MigrationError('refused', `${REPORT} is not about this run: ${first}`, {
    next: NEXT,
    detail: { problems },
  });
}

/** What each migration took on the clone, so that nobody wonders whether one still runs. */
export function expectedTimes(report: StagingReport, pending: readonly Migration[]): string[] {
  return pending.flatMap(({ seq, up }) => {
    const ran = report.migrations.find(migration => migration.seq === seq);
    return ran ? [`${up.name}: ${ran.seconds.toFixed(1)} s on the clone`] : [];
  });
}

function headerProblems(was: SchemaHeader, is: SchemaHeader): string[] {
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['server', familyOf(was), familyOf(is)],
    ['lower_case_table_names', was.lowerCaseTableNames, is.lowerCaseTableNames],
    ['default collation', was.collation, is.collation],
    ['sql_generate_invisible_primary_key', was.generatesInvisiblePrimaryKey, is.generatesInvisiblePrimaryKey],
    ['sql_require_primary_key', was.requiresPrimaryKey, is.requiresPrimaryKey],
  ];
  return facts
    .filter(([, before, now]) => before !== now)
    .map(([what, before, now]) => `${what} was ${String(before)} on the clone and is ${String(now)} here`);
}

function migrationProblems(report: StagingReport, { seq, up, down }: Migration): string[] {
  const ran = report.migrations.find(migration => migration.seq === seq);
  if (ran === undefined) return [`${up.name} was not run on the clone`];
  return [
    ...(ran.upSha256 === up.sha256 ? [] : [`${up.name} was edited after it ran on the clone`]),
    ...(ran.downSha256 === down.sha256 ? [] : [`${down.name} was edited after the run on the clone`]),
  ];
}
