import { readFileSync, writeFileSync } from 'node:fs';
import { MigrationError } from '../domain/migration/migration-error';
import { parseStagingReport, type StagingReport } from '../domain/migration/staging-report';

export function readStagingReport(path: string): StagingReport {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new MigrationError(
      'usage',
      `the staging report ${path} cannot be read; name the file that the run on the clone wrote`,
      {
        cause: error,
      },
    );
  }
  return parseStagingReport(text);
}

export function writeStagingReport(path: string, report: StagingReport): void {
  writeFileSync(path, `${JSON.stringify(report, undefined, 2)}\n`);
}
