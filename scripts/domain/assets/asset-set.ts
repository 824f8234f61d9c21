/** The files of one release, as the bucket remembers them. */
export interface AssetSet {
  readonly version: string;
  /** When it was last published, ISO 8601. */
  readonly publishedAt: string;
  /** Names in the bucket. */
  readonly keys: readonly string[];
}

export interface StoredObject {
  readonly key: string;
  readonly changedAt: Date;
}

export interface Leftovers {
  /** Sets that are not kept. */
  readonly versions: readonly string[];
  /** Objects that no kept set has. */
  readonly keys: readonly string[];
}

/** Folder of the bucket with one file a set. */
export const SETS = 'releases/';
/** What somebody else is publishing has no set yet. */
const UNDER_WAY_MS = 3_600_000;

/** What may go when only the newest sets are kept. */
export function leftovers(
  sets: readonly AssetSet[],
  objects: readonly StoredObject[],
  { keep, now }: { readonly keep: number; readonly now: Date },
): Leftovers {
  const newestFirst = [...sets].sort((left, right) => (left.publishedAt < right.publishedAt ? 1 : -1));
  const kept = new Set(newestFirst.slice(0, keep).flatMap(({ keys }) => keys));
  const old = (at: Date) => now.getTime() - at.getTime() > UNDER_WAY_MS;
  return {
    versions: newestFirst.slice(keep).map(({ version }) => version),
    keys: objects.filter(({ key, changedAt }) => !kept.has(key) && old(changedAt)).map(({ key }) => key),
  };
}

export function setName(version: string): string {
  return `${SETS}${version}.json`;
}

/** Reads what `JSON.stringify` made of a set; undefined for anything else. */
export function parseSet(text: string): AssetSet | undefined {
  try {
    const { version, publishedAt, keys } = JSON.parse(text) as Partial<AssetSet>;
    if (typeof version !== 'string' || typeof publishedAt !== 'string' || !Array.isArray(keys)) return undefined;
    return { version, publishedAt, keys };
  } catch {
    return undefined;
  }
}
