import type { VersionScheme } from '../../../stacks/environments/version-scheme';
import { parseVersion } from './version';

/**
 * The next version: the month of `now` in UTC, and one more than its highest number.
 *
 * @param taken  every version that somebody has, tagged or under way; other names among them are passed over
 */
export function nextVersion(scheme: VersionScheme, taken: readonly string[], now: Date): string {
  const month = monthOf(scheme, now);
  let highest = 0;
  for (const name of taken) {
    const version = parseVersion(scheme, name);
    if (version?.month === month) highest = Math.max(highest, version.number);
  }
  return `${month}.${highest + 1}`;
}

function monthOf(scheme: VersionScheme, now: Date): string {
  const [year = '', month = ''] = now.toISOString().split('-');
  return scheme === 'YYYYMM.N' ? `${year}${month}` : `${year.slice(-2)}.${month}`;
}
