import type { KeptSchema } from '../adapters/kept-schema';
import { fingerprintOf } from '../domain/migration/fingerprint';
import { type Content, contentDifferences } from '../domain/migration/fingerprint-rows';
import type { Migration } from '../domain/migration/migration-files';
import type { ScratchPorts } from './scratch-run';
import { Verifier } from './verifier';
import type { VerifyResult } from './verify';

/** Ports whose schema stays on the server. */
export type BasePorts = ScratchPorts & { readonly scratch: KeptSchema };

/**
 * Proves the newest migrations on a schema that an earlier run has built of those before them, with rows in every table:
 * what a person waits for who writes a migration. Each goes through the same steps as in `verifyRollbacks`; only that all
 * rollbacks are run down to nothing is left to that one.
 *
 * The schema is kept when it is afterwards what it was before, definitions and rows, and dropped otherwise.
 *
 * @param known  what the base is made of, @param fresh  what comes after it
 */
export async function verifyOnBase(
  ports: BasePorts,
  known: readonly Migration[],
  fresh: readonly Migration[],
): Promise<VerifyResult> {
  const verifier = new Verifier(ports);
  const { scratch } = ports;
  const reusable = scratch.fingerprint !== undefined && scratch.fingerprint === (await fingerprint(verifier));
  if (reusable) verifier.goOn(await verifier.schema());
  else await build(ports, verifier, known);
  if (verifier.hasFailed()) return { findings: verifier.findings, schema: undefined };

  const before = fingerprintOf(await verifier.schema()).sha256;
  const rows = await verifier.content();
  for (const migration of fresh) {
    await verifier.prove(migration);
    if (verifier.hasFailed()) break;
  }
  const schema = verifier.hasFailed() ? undefined : await verifier.schema();
  if (schema) await takeBack(verifier, fresh);
  await keep(scratch, verifier, before, rows);
  return { findings: verifier.findings, schema };
}

async function build({ scratch, log }: BasePorts, verifier: Verifier, known: readonly Migration[]): Promise<void> {
  log(`building ${known.length} migrations once; the next run begins there`);
  await scratch.empty();
  verifier.forget();
  for (const migration of known) {
    await verifier.applyKnown(migration);
    if (verifier.hasFailed()) return;
  }
  const last = known.at(-1);
  if (last) await verifier.fillAndRead(last);
}

/** The way back to the base, from a state that `prove` has left applied. */
async function takeBack(verifier: Verifier, fresh: readonly Migration[]): Promise<void> {
  for (const migration of fresh.toReversed()) {
    await verifier.rollBack(migration, 'when all new ones are rolled back', 'let each rollback stand on the one after');
    if (verifier.hasFailed()) return;
  }
}

/** Half a migration, or lost rows, make no base. */
async function keep(scratch: KeptSchema, verifier: Verifier, before: string, rows: Content): Promise<void> {
  if ((await fingerprint(verifier)) !== before) return;
  if (contentDifferences(rows, await verifier.content()).length > 0) return;
  await scratch.keep(before);
}

async function fingerprint(verifier: Verifier): Promise<string> {
  return fingerprintOf(await verifier.schema()).sha256;
}
