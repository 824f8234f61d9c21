import type { RemoteRefs } from './remote-refs';

const RELEASE = 'release/';
const HOTFIX = 'hotfix/';

export function releaseBranch(version: string): string {
  return RELEASE + version;
}

export function hotfixBranch(version: string): string {
  return HOTFIX + version;
}

/** The version that a branch carries; undefined for any other branch. */
export function versionOfBranch(branch: string): string | undefined {
  return [RELEASE, HOTFIX].filter(prefix => branch.startsWith(prefix)).map(prefix => branch.slice(prefix.length))[0];
}

/** Versions that somebody has: those that are tagged, and those whose branch says that they are under way. */
export function takenVersions({ tags, branches }: RemoteRefs): string[] {
  const underWay = [...branches.keys()].map(versionOfBranch).filter(version => version !== undefined);
  return [...tags.keys(), ...underWay];
}
