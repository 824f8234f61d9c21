import type { Migration } from '../migration/migration-files';
import type { ReleaseRecord } from '../release/history';

/** Numbers of migrations that came after what an older release can live with. */
export interface SchemaGap {
  /** Highest number that it can live with. */
  readonly known: number;
  /** Highest number that any release has brought. */
  readonly highest: number;
}

/**
 * How far the schema has gone since a release; undefined when it has not, or nobody has written it down.
 *
 * A contract step may only come when the release before it does without what it takes (expand, release, contract), so what came
 * with the release right after it is no obstacle: what came later is.
 *
 * @param records  of the stack, the oldest first
 * @param target  release to go back to
 */
export function schemaGap(records: readonly ReleaseRecord[], target: ReleaseRecord): SchemaGap | undefined {
  const good = records.filter(({ result }) => result === 'done');
  const next = good.find(({ n, version }) => n > target.n && version !== target.version);
  const levels = [target.migrationLevel, next?.migrationLevel].filter(level => level !== undefined);
  if (levels.length === 0) return undefined;
  // The release right after it may have been an older one, with a lower level.
  const known = Math.max(...levels);
  const highest = Math.max(0, ...good.map(({ migrationLevel = 0 }) => migrationLevel));
  return highest <= known ? undefined : { known, highest };
}

/** Migrations in the gap that took something from the schema. */
export function contractedIn({ known, highest }: SchemaGap, migrations: readonly Migration[]): readonly Migration[] {
  return migrations.filter(({ seq, up }) => seq > known && seq <= highest && up.directives.phase === 'contract');
}
