import type { MysqlSession } from '../adapters/mysql-session';
import { readFingerprint } from '../adapters/schema-reader';
import { currentSchema, readSnapshot, type StoredSnapshot, storeSnapshot } from '../adapters/schema-snapshot';
import type { Fingerprint } from '../domain/migration/fingerprint';
import { familyOf } from '../domain/migration/fingerprint-schema';
import { HISTORY_TABLES } from '../domain/migration/history';
import { MigrationError } from '../domain/migration/migration-error';
import { renderDifferences, type SchemaDifference, schemaDifferences } from '../domain/migration/schema-diff';
import type { SchemaWatch } from './runner-ports';

/** What was done to a schema since the last run of migrations. */
export interface Drift {
  /** Undefined when no run has stored what the schema was. */
  readonly since: StoredSnapshot | undefined;
  readonly now: Fingerprint;
  readonly differences: readonly SchemaDifference[];
  /** Why nothing was compared. */
  readonly notCompared: string | undefined;
}

export interface SchemaWatchOptions {
  readonly log: (line: string) => void;
  /** Goes on from the schema as it is. @default false */
  readonly acceptDrift?: boolean;
}

/** Reads the schema without the tables of the history. */
export async function readLiveFingerprint(session: MysqlSession): Promise<Fingerprint> {
  return readFingerprint(session, await currentSchema(session), HISTORY_TABLES);
}

/** Compares the schema with what the last run left. */
export async function driftOf(session: MysqlSession): Promise<Drift> {
  const since = await readSnapshot(session);
  const now = await readLiveFingerprint(session);
  if (since === undefined) return { since, now, differences: [], notCompared: 'no run has stored a snapshot yet' };
  const [before, after] = [familyOf(since.header), familyOf(now.header)];
  if (before !== after) {
    const notCompared = `the last run was on ${before}, which spells a schema in another way than ${after}`;
    return { since, now, differences: [], notCompared };
  }
  return { since, now, differences: schemaDifferences(since.text, now.text), notCompared: undefined };
}

/** Keeps `up` from running on a schema that somebody has changed by hand. */
export function schemaWatch({ log, acceptDrift = false }: SchemaWatchOptions): SchemaWatch {
  return {
    check: async session => {
      const { since, differences, notCompared } = await driftOf(session);
      if (since !== undefined && notCompared !== undefined) log(`drift is not looked for: ${notCompared}`);
      if (since === undefined || differences.length === 0) return;
      const lines = renderDifferences(differences);
      lines.forEach(log);
      if (acceptDrift) {
        log('accepted: the schema as it is now is what the next run compares with');
        return;
      }
      const what = differences.map(({ object }) => object).join(', ');
      throw new MigrationError('drift', `the schema was changed by hand since ${since.takenAt} UTC: ${what}`, {
        next: 'write the change as a migration and undo it by hand, or go on from it with --accept-drift',
        detail: { differences },
      });
    },
    record: async (session, level) => storeSnapshot(session, level, await readLiveFingerprint(session)),
  };
}
