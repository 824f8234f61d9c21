import type { VersionScheme } from '../../../stacks/environments/version-scheme';
import { SlipwayError } from '../slipway-error';

/** A version, taken apart. */
export interface Version {
  readonly text: string;
  /** The month as it stands in the version, e.g. `202611` or `26.11`. */
  readonly month: string;
  readonly number: number;
  /** What tells a hotfix from its release: a letter, or `-` and a reference such as `-login`; empty for the release. */
  readonly hotfix: string;
}

const MONTHS: Readonly<Record<VersionScheme, string>> = {
  'YYYYMM.N': String.raw`\d{4}(?:0[1-9]|1[0-2])`,
  'YY.MM.R': String.raw`\d{2}\.(?:0[1-9]|1[0-2])`,
};
const EXAMPLES: Readonly<Record<VersionScheme, string>> = {
  'YYYYMM.N': '202611.3 or, for a hotfix, 202611.3b',
  'YY.MM.R': '26.11.3 or, for a hotfix, 26.11.3b',
};
const NUMBER = String.raw`[1-9]\d{0,5}`;
/** A reference ends up in a branch, a tag and the tag of an image, so it has what all of them may have. */
const HOTFIX = '[a-z]|-[a-z0-9]+(?:-[a-z0-9]+)*';

/** The version that a text is, or undefined: a repository has other tags as well. */
export function parseVersion(scheme: VersionScheme, text: string): Version | undefined {
  const found = new RegExp(`^(${MONTHS[scheme]})\\.(${NUMBER})(${HOTFIX})?$`).exec(text);
  if (!found) return undefined;
  const [, month = '', number = '', hotfix = ''] = found;
  return { text, month, number: Number(number), hotfix };
}

/** @throws SlipwayError for what is not a version of the scheme */
export function versionOf(scheme: VersionScheme, text: string): Version {
  const version = parseVersion(scheme, text);
  if (version) return version;
  throw new SlipwayError(
    `version is "${text}", allowed is ${scheme}, such as ${EXAMPLES[scheme]}; see \`slipway version next\``,
  );
}

/** The release that a hotfix belongs to, e.g. `16.03.1` for `16.03.1b`; a release belongs to itself. */
export function releaseOf({ month, number }: Version): string {
  return `${month}.${number}`;
}

/** Order of versions: by month, number, then hotfix. */
export function compareVersions(left: Version, right: Version): number {
  return compareText(left.month, right.month) || left.number - right.number || compareText(left.hotfix, right.hotfix);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
