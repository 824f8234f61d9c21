/** What a remote has: the commit of each branch and tag, by short name. */
export interface RemoteRefs {
  readonly branches: ReadonlyMap<string, string>;
  /** The commit that a tag stands for, also where the tag is an object of its own. */
  readonly tags: ReadonlyMap<string, string>;
}

const LINE = /^([0-9a-f]{40,64})\trefs\/(heads|tags)\/(.+?)(\^\{\})?$/;

/** Reads the answer of `git ls-remote`. */
export function parseRemoteRefs(answer: string): RemoteRefs {
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  for (const line of answer.split('\n')) {
    const [, commit, kind, name] = LINE.exec(line) ?? [];
    if (commit === undefined || name === undefined) continue;
    // An annotated tag has two lines, its own and that of its commit (`^{}`), in this order.
    (kind === 'heads' ? branches : tags).set(name, commit);
  }
  return { branches, tags };
}
