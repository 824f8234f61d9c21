import { readMigrations } from '../../adapters/migration-folder';
import { readSchemaLock, writeSchemaLock } from '../../adapters/schema-lock-file';
import type { Action } from '../action';
import { isNewTo, LOCK_FILE, lockFindings, renderLock } from '../../domain/migration/fingerprint-lock';
import { verifyRollbacks } from '../../migration/verify';
import { answering } from './answer';
import { type DatabaseOptions, folderOf } from './database-options';
import { inScratchSchema, reportFindings } from './scratch';

export interface VerifyOptions extends DatabaseOptions {
  /** Every migration, not only those that the lock does not know. */
  readonly all: boolean;
  /** Writes the lock instead of comparing it. */
  readonly write: boolean;
}

/** `slipway migrate verify`: proves on a scratch schema that every rollback reverts, and compares the schema with its lock. */
export function verify(options: VerifyOptions): Action {
  return answering(async context => {
    const folder = folderOf(options, context);
    const migrations = await readMigrations(folder);
    const lock = readSchemaLock(folder);
    const inQuestion = migrations.filter(migration => options.all || isNewTo(lock, migration));

    const { findings, schema } = await inScratchSchema(options, context, ports =>
      verifyRollbacks(ports, migrations, migration => inQuestion.includes(migration)),
    );
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
    context.output.print(
      `${inQuestion.length} of ${migrations.length} migrations tried one by one: back to the same schema and rows; ` +
        'all rollbacks in a row leave nothing',
    );
    return {
      facts: { migrations: migrations.length, proven: inQuestion.length, findings: [...findings, ...compared] },
    };
  });
}
