import type { Refusal } from './refusal';

/** What a checkout has, and the remote does not. */
export interface TreeFacts {
  readonly commit: string;
  /** Files with changes that are not committed. */
  readonly changed: readonly string[];
  /** Branches of the remote that contain the commit. */
  readonly onBranches: readonly string[];
  /** Branch that it must be on. @default - any */
  readonly required?: string;
}

const SHOWN = 5;

/** Refuses work that nobody else can see, or that is not on the branch that is released. */
export function visibleToAll({ commit, changed, onBranches, required }: TreeFacts): Refusal[] {
  const short = commit.slice(0, 7);
  const more = changed.length > SHOWN ? `, and ${changed.length - SHOWN} more` : '';
  return [
    ...(changed.length > 0
      ? [{ guard: 'dirty-tree' as const, reason: `not committed: ${changed.slice(0, SHOWN).join(', ')}${more}` }]
      : []),
    ...(onBranches.length === 0 ? [{ guard: 'unpushed' as const, reason: `${short} was not pushed` }] : []),
    ...(required !== undefined && onBranches.length > 0 && !onBranches.includes(required)
      ? [{ guard: 'off-branch' as const, reason: `${short} is not on ${required}, but on ${onBranches.join(', ')}` }]
      : []),
  ];
}
