/** Files that visitors' browsers fetch from the environment's bucket instead of from the application. */
export type AssetSettings = AssetSource & {
  /**
   * What a name must fit to be one with a hash of its content, and so to be kept by browsers for a year.
   *
   * @default - eight or more hexadecimal digits before the extension, letters and digits among them, as in `app.3f2a9c1b.js`
   */
  readonly hashed?: RegExp;
  /**
   * Seconds that browsers may keep the others.
   *
   * @default 60
   */
  readonly cacheSeconds?: number;
  /**
   * Folder of the bucket, which also holds uploads.
   *
   * @default 'assets/'
   */
  readonly prefix?: string;
  /**
   * How many releases' files are kept, so that pages which were opened before a release still find theirs.
   *
   * @default 5
   */
  readonly keep?: number;
  /** Files from elsewhere that belong to the set. @default [] */
  readonly artefacts?: readonly Artefact[];
};

/** The image that is released, or a folder that was built beside it, relative to the application's checkout. */
type AssetSource = { readonly fromImage: string } | { readonly folder: string };

export interface Artefact {
  readonly url: string;
  /** What its content must be, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Its place among the assets, e.g. `fonts/inter.woff2`. */
  readonly to: string;
}
