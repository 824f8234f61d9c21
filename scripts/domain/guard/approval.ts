import type { Refusal } from './refusal';

export interface Review {
  readonly reviewer: string;
  /** `APPROVED`, `CHANGES_REQUESTED`, `DISMISSED`, `COMMENTED`, ... */
  readonly state: string;
}

/** A pull request with its reviews, the oldest first. */
export interface ReviewedPull {
  readonly number: number;
  readonly author: string;
  readonly reviews: readonly Review[];
  /** Who was asked for a review and has not given one. */
  readonly asked: readonly string[];
}

const NOT_A_WORD = ['COMMENTED', 'PENDING'];

/** Refuses a commit that came without a pull request, or with one that too few others have approved. */
export function approved(commit: string, pulls: readonly ReviewedPull[], required: number): Refusal[] {
  if (pulls.length === 0) {
    return [
      { guard: 'unapproved', reason: `${commit.slice(0, 7)} came without a pull request, so nobody has approved it` },
    ];
  }
  return pulls.flatMap(pull => {
    const last = new Map<string, string>();
    for (const { reviewer, state } of pull.reviews) {
      if (reviewer !== pull.author && !NOT_A_WORD.includes(state)) last.set(reviewer, state);
    }
    const said = (state: string) => [...last].filter(entry => entry[1] === state).map(([reviewer]) => reviewer);
    const [yes, no] = [said('APPROVED'), said('CHANGES_REQUESTED')];
    const missing = pull.asked.length > 0 ? `; asked and missing: ${pull.asked.join(', ')}` : '';
    if (no.length > 0) return [refusal(pull, `was sent back by ${no.join(', ')}`)];
    if (yes.length < required) return [refusal(pull, `has ${yes.length} of ${required} approvals${missing}`)];
    return [];
  });
}

function refusal({ number }: ReviewedPull, reason: string): Refusal {
  return { guard: 'unapproved', reason: `pull request ${number} ${reason}` };
}
