import type { Git } from './git';

export interface TagRequest {
  readonly name: string;
  readonly commit: string;
  readonly message: string;
  readonly sign: boolean;
}

/** Makes an annotated tag here, over one that a run which did not come through has left. @returns the tag object */
export async function makeTag(git: Git, { name, commit, message, sign }: TagRequest): Promise<string> {
  await git.write(['tag', '--force', sign ? '--sign' : '--annotate', '--message', message, name, commit]);
  return git.read(['rev-parse', `refs/tags/${name}`]);
}

export async function dropTag(git: Git, name: string): Promise<void> {
  await git.attempt(['tag', '--delete', name]);
}
