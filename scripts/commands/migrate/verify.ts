import { readMigrations } from '../../adapters/migration-folder';
import { readSchemaLock, writeSchemaLock } from '../../adapters/schema-lock-file';
import type { Action } from '../action';
import { baseKey, isNewTo, LOCK_FILE, lockFindings, renderLock } from '../../domain/migration/fingerprint-lock';
import type { Migration } from '../../domain/migration/migration-files';
import { type VerifyResult, verifyRollbacks } from '../../migration/verify';
import { verifyOnBase } from '../../migration/verify-on-base';
import type { Context } from '../context';
import { answering } from './answer';
import { type ServerOptions, folderOf } from './database-options';
import { inKeptSchema, inScratchSchema, reportFindings } from './scratch';

export interface VerifyOptions extends ServerOptions {
  /** Every migration, not only those that the lock does not know. */
  readonly all: boolean;
  /** Writes the lock instead of comparing it. */
  readonly write: boolean;
  /** Begins on a kept schema of the migrations that the lock knows, and does not roll back to nothing. */
  readonly base: boolean;
}

/** `slipway migrate verify`: proves on a scratch schema that every rollback reverts, and compares the schema with its lock. */
export function verify(options: VerifyOptions): Action {
  return answering(async context => {
    const folder = folderOf(options, context);
    const migrations = await readMigrations(folder);
    const lock = readSchemaLock(folder);
    const inQuestion = migrations.filter(migration => options.all || isNewTo(lock, migration));

    const { findings, schema } = await prove(options, context, migrations, inQuestion);
    const compared = schema && !options.write ? lockFindings(lock, migrations, schema) : [];
    const facts = {
      migrations: migrations.length,
      proven: inQuestion.length,
      findings: [...findings, ...compared],
    };
    reportFindings(context, facts, 'refused');

    if (schema && options.write && !context.dryRun) {
      writeSchemaLock(folder, renderLock(migrations, schema));
      context.output.log(`written: ${LOCK_FILE}; commit it with the migrations`);
    }
    const whole = options.base ? '' : '; all rollbacks in a row leave nothing';
    context.output.print(
      `${inQuestion.length} of ${migrations.length} migrations tried one by one: back to the same schema and rows${whole}`,
    );
    return { facts };
  });
}

function prove(
  options: VerifyOptions,
  context: Context,
  migrations: readonly Migration[],
  inQuestion: readonly Migration[],
): Promise<VerifyResult> {
  if (!options.base) {
    return inScratchSchema(options, context, ports =>
      verifyRollbacks(ports, migrations, migration => inQuestion.includes(migration)),
    );
  }
  // What comes after the first one in question stands on it.
  const known = migrations.slice(0, (inQuestion[0]?.seq ?? migrations.length + 1) - 1);
  return inKeptSchema(options, context, baseKey(known), ports =>
    verifyOnBase(ports, known, migrations.slice(known.length)),
  );
}
