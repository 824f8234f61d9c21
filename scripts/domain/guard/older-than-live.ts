import type { Refusal } from './refusal';

/** How the commit of a release stands to the one that is live. */
export type Descent = 'same' | 'newer' | 'older' | 'beside' | 'unknown';

const REASONS: Readonly<Record<Exclude<Descent, 'same' | 'newer'>, string>> = {
  older: 'is older than',
  beside: 'does not contain',
  unknown: 'cannot be compared with',
};

/** Refuses what would take from production something that it has: an approval of weeks ago, or a release without the hotfix. */
export function olderThanLive(
  { version, descent }: { readonly version: string; readonly descent: Descent },
  live: { readonly version: string; readonly commit: string },
): Refusal[] {
  if (descent === 'same' || descent === 'newer') return [];
  const what = `${live.version} (${live.commit.slice(0, 7)}), which is live`;
  return [{ guard: 'older-than-live', reason: `${version} ${REASONS[descent]} ${what}` }];
}
