import type { Directives } from './directives';

/** One file of a migration. */
export interface MigrationFile {
  /** Name of the file inside the migrations' folder. */
  readonly name: string;
  /** Where it is. */
  readonly path: string;
  /** SHA-256 of its text in hexadecimal, without byte order mark and with line feeds only. */
  readonly sha256: string;
  readonly bytes: number;
  /** How many statements it has. */
  readonly statements: number;
  readonly directives: Directives;
  /** Its longest statement, which has to fit into one packet. */
  readonly longest: { readonly bytes: number; readonly line: number };
  /** Tables whose rows it changes, each with the first line that does. */
  readonly writes: ReadonlyMap<string, number>;
  /** Tables that it changes, their definition or their rows. */
  readonly tables: readonly string[];
  /** Whether it may leave something in the session that runs it, or read what another left. */
  readonly usesSession: boolean;
}

/** A numbered change of the schema and the way back. */
export interface Migration {
  readonly seq: number;
  /** The name between number and extension, e.g. `add locale`. */
  readonly name: string;
  readonly up: MigrationFile;
  readonly down: MigrationFile;
}
