import type { Migration } from '../migration/migration-files';
import type { ReleaseRecord } from '../release/history';

/**
 * Migrations that took from the schema what an older release needs.
 *
 * A contract step may only come when the release before it does without what it takes (expand, release, contract), so that release is
 * no obstacle: an older one is.
 *
 * @param records  of the stack, the oldest first
 * @param target  release to go back to
 */
export function contractedSince(
  migrations: readonly Migration[],
  records: readonly ReleaseRecord[],
  target: ReleaseRecord,
): readonly Migration[] {
  const good = records.filter(({ result }) => result === 'done');
  const next = good.find(({ n, version }) => n > target.n && version !== target.version);
  const known = next?.migrationLevel ?? target.migrationLevel;
  if (known === undefined) return [];
  const highest = Math.max(...good.map(({ migrationLevel = 0 }) => migrationLevel));
  return migrations.filter(({ seq, up }) => seq > known && seq <= highest && up.directives.phase === 'contract');
}
