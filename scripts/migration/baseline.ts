import { readFingerprint } from '../adapters/schema-reader';
import { HISTORY_TABLES } from '../domain/migration/history';
import { withScratchSchema } from '../adapters/scratch-schema';
import type { Fingerprint } from '../domain/migration/fingerprint';
import type { Migration } from '../domain/migration/migration-files';
import { MigrationError } from '../domain/migration/migration-error';
import { renderDifferences, schemaDifferences } from '../domain/migration/schema-diff';
import type { LockedRun } from './locked-run';
import type { RunnerPorts } from './runner-ports';
import { readLiveFingerprint } from './schema-watch';
import { runInScratch } from './scratch-run';

interface Adoption {
  readonly run: LockedRun;
  readonly ports: RunnerPorts;
  readonly migrations: readonly Migration[];
  readonly level: number;
}

/**
 * Adopts a schema that was made without the tool: applies (1) to (`level`) in a scratch schema, and writes them into the
 * history only when the two are the same. Believing a number would make the next migration fail in the middle.
 *
 * @throws MigrationError when the schemas differ, or the database has a history already
 */
export async function adopt({ run, ports, migrations, level }: Adoption): Promise<void> {
  if (level < 1 || level > migrations.length) {
    throw new MigrationError(
      'usage',
      `baseline ${level}: allowed is 1 to ${migrations.length}, the files in the folder`,
    );
  }
  if ((await run.history()).length > 0) {
    throw new MigrationError('refused', 'this database has a history already', { next: 'slipway migrate status' });
  }
  const chosen = migrations.slice(0, level);
  const differences = schemaDifferences(
    (await fingerprintAfter(chosen, ports)).text,
    (await readLiveFingerprint(run.journalSession)).text,
  );
  if (differences.length > 0) {
    renderDifferences(differences).forEach(ports.log);
    const what = differences.map(({ object }) => object).join(', ');
    throw new MigrationError('drift', `the schema is not what (1) to (${level}) make; different: ${what}`, {
      next: 'slipway migrate baseline with another number, or mend the files',
      detail: { differences },
    });
  }
  await run.prepare([]);
  for (const migration of chosen) await run.adopt(migration);
}

async function fingerprintAfter(migrations: readonly Migration[], ports: RunnerPorts): Promise<Fingerprint> {
  return withScratchSchema(ports.connect, async scratch => {
    for (const { up } of migrations) {
      const { failed } = await runInScratch({ ...ports, scratch }, up);
      if (failed)
        throw new MigrationError(
          'failed',
          `${failed.file}:${failed.line} fails in an empty schema: ${failed.message}`,
          { failed },
        );
    }
    return readFingerprint(scratch.session, scratch.name, HISTORY_TABLES);
  });
}
