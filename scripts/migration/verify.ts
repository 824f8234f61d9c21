import type { Migration } from '../domain/migration/migration-files';
import type { SchemaModel } from '../domain/migration/fingerprint-schema';
import type { Finding } from '../domain/migration/lint-finding';
import type { ScratchPorts } from './scratch-run';
import { Verifier } from './verifier';

export interface VerifyResult {
  readonly findings: readonly Finding[];
  /** The schema after the last migration; undefined when it was not reached. */
  readonly schema: SchemaModel | undefined;
}

/**
 * Proves that every rollback reverts its migration, on a real server and in an empty schema:
 *
 * 1. For each migration in question: rows into every table, up, down; the schema and the rows must be what they were.
 *    Up again must give the same schema as the first time.
 * 2. After the last one: more rows, as the new release would write them, then every rollback down to nothing.
 *
 * It ends at the first migration that does not pass, as all later ones stand on it.
 *
 * @param isNew  which migrations go through step 1; the others are only applied
 */
export async function verifyRollbacks(
  ports: ScratchPorts,
  migrations: readonly Migration[],
  isNew: (migration: Migration) => boolean,
): Promise<VerifyResult> {
  const verifier = new Verifier(ports);
  for (const migration of migrations) {
    await (isNew(migration) ? verifier.prove(migration) : verifier.applyKnown(migration));
    if (verifier.hasFailed()) return { findings: verifier.findings, schema: undefined };
  }
  const schema = await verifier.schema();
  await verifier.rollBackAll(migrations);
  return { findings: verifier.findings, schema };
}
