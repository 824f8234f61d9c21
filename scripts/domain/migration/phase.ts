import type { LintRemark } from './lint-rules';

/** A migration of a batch: what is applied in one release. */
export interface PhasedMigration {
  readonly file: string;
  readonly phase: 'expand' | 'contract';
  /** Names of the tables that it makes, changes or drops, and of the triggers and programs that go with them. */
  readonly tables: readonly string[];
}

/** A contract step whose expand is in the same batch, so that no release was live between the two. */
export interface PhaseConflict {
  readonly contract: PhasedMigration;
  readonly expand: PhasedMigration;
  /** What both change. */
  readonly table: string;
}

/**
 * Expand, release, contract: between the two a release has to be live that uses the new and does without the old. A
 * contract step belongs to the expand steps before it that change something that it changes too.
 */
export function phaseConflicts(batch: readonly PhasedMigration[]): PhaseConflict[] {
  return batch.flatMap((contract, index) => {
    if (contract.phase !== 'contract') return [];
    for (const expand of batch.slice(0, index).reverse()) {
      const table = expand.phase === 'expand' ? expand.tables.find(name => contract.tables.includes(name)) : undefined;
      if (table !== undefined) return [{ contract, expand, table }];
    }
    return [];
  });
}

export function phaseRemark({ expand, table }: PhaseConflict): LintRemark {
  return {
    rule: 'contract-beside-expand',
    line: 1,
    message: `contracts ${table} in the release in which ${expand.file} expands it: the running release loses it at once`,
    next: `release ${expand.file} first, and this one with the release after it`,
  };
}
