import type { BumpFile } from '../../../stacks/environments/bump-file';
import { versionIn, withVersion } from './version-file';

/** Answers the text of a file, by its path in the repository. */
export type ReadText = (file: string) => Promise<string>;

/** The version that stands at one place. */
export interface StatedVersion {
  /** The file and, where it has several, the place in it. */
  readonly place: string;
  readonly version: string;
}

/** What every configured place says. */
export async function statedVersions(files: readonly BumpFile[], read: ReadText): Promise<StatedVersion[]> {
  return Promise.all(
    files.map(async bump => ({ place: placeOf(bump), version: versionIn(bump, await read(bump.file)) })),
  );
}

/** The new text of every file that a bump changes. A file may hold the version at several places. */
export async function bumpedTexts(
  files: readonly BumpFile[],
  read: ReadText,
  version: string,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const bump of files) {
    const text = texts.get(bump.file) ?? (await read(bump.file));
    texts.set(bump.file, withVersion(bump, text, version));
  }
  for (const [file, text] of texts) {
    if (text === (await read(file))) texts.delete(file);
  }
  return texts;
}

function placeOf(bump: BumpFile): string {
  return 'json' in bump ? `${bump.file} ${bump.json.map(key => JSON.stringify(key)).join('.')}` : bump.file;
}
