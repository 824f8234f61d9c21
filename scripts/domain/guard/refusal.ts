import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';

/** What is looked at before anything is released. Each name is what `--override` takes. */
export const GUARDS = [
  'dirty-tree',
  'unpushed',
  'off-branch',
  'red-ci',
  'unapproved',
  'freeze',
  'not-live',
  'older-than-live',
  'unhealthy',
  'schema',
] as const;

export type GuardName = (typeof GUARDS)[number];

/** A reason not to go on. */
export interface Refusal {
  readonly guard: GuardName;
  readonly reason: string;
}

/** A refusal that somebody set aside, as it is recorded. */
export interface Override extends Refusal {
  readonly why: string;
}

export interface OverrideWish {
  readonly guards: readonly string[];
  /** Why; required with any guard. */
  readonly why?: string;
}

/**
 * Lets through what nobody objects to, and what was overridden.
 *
 * @returns the refusals that were set aside, for the record
 * @throws SlipwayError with every reason and what would override it
 */
export function judge(refusals: readonly Refusal[], { guards, why }: OverrideWish): Override[] {
  const unknown = guards.find(name => !GUARDS.includes(name as GuardName));
  if (unknown !== undefined)
    throw new SlipwayError(`--override is "${unknown}", allowed is one of ${GUARDS.join(', ')}`);
  if (guards.length > 0 && !why)
    throw new SlipwayError('--override needs a reason for the record; add --reason "<why>"');
  const kept = refusals.filter(({ guard }) => !guards.includes(guard));
  if (kept.length > 0) throw new SlipwayError(wordsOf(kept), ExitCode.Refused);
  return refusals.map(refusal => ({ ...refusal, why: why ?? '' }));
}

function wordsOf(refusals: readonly Refusal[]): string {
  const reasons = refusals.map(({ reason }) => reason).join('; ');
  const flags = [...new Set(refusals.map(({ guard }) => `--override ${guard}`))].join(' ');
  return `refused: ${reasons}; put it right, or add ${flags} --reason "<why>"`;
}
