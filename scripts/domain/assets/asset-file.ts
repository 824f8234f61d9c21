import { contentType } from 'mime-types';

/** A file as it is found. */
export interface AssetFile {
  /** Path among the assets, with `/`, e.g. `js/app.3f2a9c1b.js`. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly file: string;
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A file as the bucket is to have it. */
export interface AssetObject extends AssetFile {
  /** Name in the bucket. */
  readonly key: string;
  readonly contentType: string;
  readonly cacheControl: string;
  /** Whether its name changes with its content. */
  readonly hashed: boolean;
}

export interface AssetRules {
  readonly prefix: string;
  readonly hashed: RegExp;
  readonly cacheSeconds: number;
}

/** Dates are digits only and words are letters only: neither is taken for a hash. */
export const HASHED_NAME = /[.-](?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{8,64}(?:\.[a-z0-9]+)+$/i;
const FOREVER = 'public, max-age=31536000, immutable';
const UNKNOWN_TYPE = 'application/octet-stream';

/** What the bucket is to have of a file. */
export function assetObject(file: AssetFile, { prefix, hashed, cacheSeconds }: AssetRules): AssetObject {
  const name = file.path.split('/').at(-1) ?? '';
  const isHashed = hashed.test(name);
  return {
    ...file,
    key: `${prefix}${file.path}`,
    contentType: contentType(name) || UNKNOWN_TYPE,
    cacheControl: isHashed ? FOREVER : `public, max-age=${cacheSeconds}`,
    hashed: isHashed,
  };
}
