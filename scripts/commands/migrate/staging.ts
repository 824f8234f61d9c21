import { resolve } from 'node:path';
import { readMigrations } from '../../adapters/migration-folder';
import { readHistory } from '../../adapters/migration-journal';
import { type DatabaseTarget, openSession } from '../../adapters/mysql-session';
import { readStagingReport, writeStagingReport } from '../../adapters/staging-report-file';
import { levelOf } from '../../domain/migration/history';
import { assertReport, expectedTimes, type StagingFacts, stagingReport } from '../../domain/migration/staging-report';
import type { RunResult } from '../../migration/runner';
import { readLiveFingerprint } from '../../migration/schema-watch';
import { version } from '../../../package.json';
import type { Context } from '../context';
import { type DatabaseOptions, folderOf } from './database-options';

export interface StagingOptions extends DatabaseOptions {
  /** Highest number to apply. */
  readonly to?: number;
  /** File to write what this run has shown, on a clone of production. */
  readonly report?: string;
  /** Report without which nothing is applied, in production. */
  readonly requireReport?: string;
  /** How old that report may be, in hours. */
  readonly maxReportAge: number;
}

/**
 * Runs migrations as a rehearsal that leaves a report, or only when a rehearsal has left one: the same files, on a server
 * of the same kind, from the same schema, not long ago.
 */
export async function staged(
  target: DatabaseTarget,
  options: StagingOptions,
  context: Context,
  run: () => Promise<RunResult>,
): Promise<RunResult> {
  const { report, requireReport } = options;
  if (report === undefined && requireReport === undefined) return run();
  const migrations = await readMigrations(folderOf(options, context));
  const before = await readFacts(target);
  if (requireReport !== undefined) {
    const last = options.to ?? migrations.length;
    const pending = migrations.filter(({ seq }) => seq > before.level && seq <= last);
    const shown = readStagingReport(resolve(context.root, requireReport));
    assertReport(shown, { ...before, pending, now: context.now(), maxAgeHours: options.maxReportAge });
    expectedTimes(shown, pending).forEach(line => context.output.log(line));
  }
  const result = await run();
  if (report !== undefined) {
    const { done } = result;
    const shown = stagingReport({ before, migrations, done, finishedAt: context.now(), toolVersion: version });
    writeStagingReport(resolve(context.root, report), shown);
  }
  return result;
}

async function readFacts(target: DatabaseTarget): Promise<StagingFacts> {
  const session = await openSession(target);
  try {
    const { header, sha256 } = await readLiveFingerprint(session);
    return { header, level: levelOf(await readHistory(session)), schemaSha256: sha256 };
  } finally {
    await session.end();
  }
}
