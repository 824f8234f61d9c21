import { ExitCode } from '../exit-code';
import { assertPhases } from '../migration/phase-guard';
import type { Migration } from '../migration/migration-files';
import { SlipwayError } from '../slipway-error';

/** Migrations of a release around its switch. */
export interface SchemaPlan {
  /** Expand the schema, while the old release serves. */
  readonly before: readonly Migration[];
  /** Contract it, when the new one serves and the old one is no longer needed. */
  readonly after: readonly Migration[];
  /** Number of the newest migration of the commit. */
  readonly level: number;
}

/**
 * Parts what is pending into before and after.
 *
 * @param applied  highest number that the database has
 * @throws SlipwayError (exit code 9) when no order serves both releases
 */
export function schemaPlan(migrations: readonly Migration[], applied: number): SchemaPlan {
  const pending = migrations.filter(({ seq }) => seq > applied);
  assertPhases(pending, applied);
  const level = migrations.at(-1)?.seq ?? 0;
  // Nobody uses an empty schema yet.
  if (applied === 0) return { before: pending, after: [], level };
  const first = pending.findIndex(({ up }) => up.directives.phase === 'contract');
  const cut = first < 0 ? pending.length : first;
  const [before, after] = [pending.slice(0, cut), pending.slice(cut)];
  const late = after.find(({ up }) => up.directives.phase !== 'contract');
  if (late === undefined) return { before, after, level };
  throw new SlipwayError(
    `${late.up.name} expands the schema behind ${after[0]?.up.name ?? ''}, which contracts it: one has to run before the switch and the other after it; release them one after the other, the first one up to (${(after[0]?.seq ?? 1) - 1})`,
    ExitCode.Refused,
  );
}
