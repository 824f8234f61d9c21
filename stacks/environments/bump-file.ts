/** A file that holds the version. The rest of it, its formatting included, stays as it is. */
export type BumpFile =
  /** The version is a string in a JSON document, e.g. at `['packages', '', 'version']`. */
  | { readonly file: string; readonly json: readonly string[] }
  /** The version is the one group of a pattern that fits once in the file, e.g. `/^VERSION = '(.*)'$/m`. */
  | { readonly file: string; readonly pattern: RegExp }
  /** The version is all that the file holds. */
  | { readonly file: string; readonly plain: true };
