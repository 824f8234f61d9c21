import type { Migration } from './migration-files';
import { MigrationError } from './migration-error';
import { phaseConflicts } from './phase';

/** Lint rule that a file may waive, which waives the refusal too. */
const RULE = 'contract-beside-expand';

/**
 * Keeps a contract step out of the batch that holds its expand.
 *
 * @param batch  what goes live with one release
 * @param level  highest number that is applied; at 0 the schema is new and no release runs on it
 * @throws MigrationError `refused`
 */
export function assertPhases(batch: readonly Migration[], level: number): void {
  if (level === 0) return;
  const phased = batch.map(({ up }) => ({ file: up.name, phase: up.directives.phase ?? 'expand', tables: up.tables }));
  const waived = batch
    .filter(({ up }) => up.directives.allow.some(({ rule }) => rule === RULE))
    .map(({ up }) => up.name);
  const conflict = phaseConflicts(phased).find(({ contract }) => !waived.includes(contract.file));
  if (!conflict) return;
  const { contract, expand, table } = conflict;
  const seq = batch.find(({ up }) => up.name === contract.file)?.seq ?? 1;
  const next = `slipway migrate up --to ${seq - 1}`;
  throw new MigrationError(
    'refused',
    `${contract.file} takes away from ${table} what ${expand.file} replaces, and no release was live between the two; ` +
      `apply the first part (${next}), release, and apply the rest with the release after it`,
    { next },
  );
}
