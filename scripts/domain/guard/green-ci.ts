import type { Refusal } from './refusal';

/** How one check of a commit ended, in the words of the service. */
export interface CheckResult {
  readonly name: string;
  readonly result: string;
}

const GREEN = ['success', 'neutral', 'skipped'];

/**
 * Refuses a commit whose CI is red, not done or missing.
 *
 * @param required  checks that must be there; empty: at least one, whichever
 */
export function greenCi(commit: string, checks: readonly CheckResult[], required: readonly string[]): Refusal[] {
  const short = commit.slice(0, 7);
  const missing = required.filter(name => !checks.some(check => check.name === name));
  const counted = required.length > 0 ? checks.filter(({ name }) => required.includes(name)) : checks;
  const bad = counted.filter(({ result }) => !GREEN.includes(result));
  const reasons = [
    ...(required.length === 0 && checks.length === 0 ? [`CI has said nothing of ${short}`] : []),
    ...(missing.length > 0 ? [`CI has no result of ${missing.join(', ')} for ${short}`] : []),
    ...(bad.length > 0
      ? [`CI is not green for ${short}: ${bad.map(one => `${one.name} ${one.result}`).join(', ')}`]
      : []),
  ];
  return reasons.map(reason => ({ guard: 'red-ci', reason }));
}
