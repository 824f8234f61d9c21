import type { VersionSettings } from '../../../stacks/environments/application';
import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';
import { compareVersions, parseVersion, releaseOf, type Version, versionOf } from './version';

/** A hotfix that may be started. */
export interface Hotfix {
  readonly version: string;
  /** Tag that it starts from: the newest hotfix of the same release, so that no earlier fix is lost. */
  readonly base: string;
}

export interface HotfixWish {
  /** The release that is to be mended, or one of its hotfixes. */
  readonly of: string;
  /** Something else than the next letter, e.g. `d` or `login` (which makes `16.03.1-login`). @default - the next letter */
  readonly reference?: string;
}

const FIRST_LETTER = 'b';
const LAST_LETTER = 'z';

/**
 * The next hotfix of a release.
 *
 * @param tags   versions that were released
 * @param taken  versions that somebody has, tagged or under way
 */
export function nextHotfix(
  { scheme, firstHotfixLetter = FIRST_LETTER }: VersionSettings,
  wish: HotfixWish,
  tags: readonly string[],
  taken: readonly string[],
): Hotfix {
  const release = releaseOf(versionOf(scheme, wish.of));
  const released = hotfixesOf(tags);
  const base = released.at(-1);
  if (!base) {
    throw new SlipwayError(
      `${release} was never released: there is no such tag; name one of \`git tag\``,
      ExitCode.Refused,
    );
  }
  const version = wish.reference === undefined ? release + nextLetter() : named(wish.reference);
  return { version, base: base.text };

  function hotfixesOf(names: readonly string[]): Version[] {
    return names
      .map(name => parseVersion(scheme, name))
      .filter(one => one !== undefined)
      .filter(one => releaseOf(one) === release)
      .sort(compareVersions);
  }

  function nextLetter(): string {
    const last = hotfixesOf(taken).findLast(({ hotfix }) => hotfix.length === 1)?.hotfix;
    if (last === undefined) return firstHotfixLetter;
    if (last < LAST_LETTER) return String.fromCharCode(last.charCodeAt(0) + 1);
    throw new SlipwayError(
      `${release} has had a hotfix ${last}, after which there is no letter; make a release, or name one with --reference`,
      ExitCode.Refused,
    );
  }

  function named(reference: string): string {
    const wanted = reference.length === 1 ? release + reference : `${release}-${reference}`;
    const { text } = versionOf(scheme, wanted);
    if (!taken.includes(text)) return text;
    throw new SlipwayError(`${text} exists already; leave --reference out for the next letter`, ExitCode.Refused);
  }
}
