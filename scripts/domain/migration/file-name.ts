import { MigrationError } from './migration-error';

/** What the name of a file in the migrations' folder says. */
export interface FileName {
  readonly file: string;
  readonly seq: number;
  readonly name: string;
  readonly rollback: boolean;
}

const PATTERN = /^\((\d{1,6})\) ([a-z0-9][a-z0-9._ -]*?)(\.rollback)?\.sql$/;
const EXAMPLE = '"(12) add locale.sql" with "(12) add locale.rollback.sql"';

/** The names of one migration: of the change and of its rollback. */
export interface NamePair {
  readonly seq: number;
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

export function fileNames(seq: number, name: string): { up: string; down: string } {
  return { up: `(${seq}) ${name}.sql`, down: `(${seq}) ${name}.rollback.sql` };
}

/** @throws MigrationError for every name that ends in .sql and is not understood: skipping it would hide a migration */
export function parseFileName(file: string): FileName {
  const match = PATTERN.exec(file);
  const seq = Number(match?.[1]);
  if (!match || seq === 0) {
    throw refusal(`${file} is not the name of a migration; allowed is ${EXAMPLE}, in lower case, from (1)`);
  }
  return { file, seq, name: match[2] ?? '', rollback: match[3] !== undefined };
}

/** Orders the files by number, as integers, and finds each its rollback; the numbers must be 1 to N. */
export function pairNames(files: readonly string[]): readonly NamePair[] {
  const names = files.map(parseFileName);
  const ups = inOrder(names.filter(name => !name.rollback));
  const downs = inOrder(names.filter(name => name.rollback));
  for (const down of downs) {
    if (!ups.some(up => up.seq === down.seq)) throw refusal(`${down.file} has no migration to roll back; remove it`);
  }
  return ups.map((up, index) => {
    if (up.seq !== index + 1) {
      throw refusal(`(${index + 1}) is missing: after ${ups[index - 1]?.file ?? 'nothing'} comes ${up.file}`);
    }
    const down = downs.find(candidate => candidate.seq === up.seq);
    if (down?.name !== up.name) {
      const wrong = down ? ` (${down.file} has another name)` : '';
      throw refusal(`${up.file} has no rollback; write "${fileNames(up.seq, up.name).down}"${wrong}`);
    }
    return { seq: up.seq, name: up.name, up: up.file, down: down.file };
  });
}

function inOrder(names: readonly FileName[]): readonly FileName[] {
  const sorted = [...names].sort((one, other) => one.seq - other.seq);
  sorted.forEach((name, index) => {
    const previous = sorted[index - 1];
    if (previous?.seq === name.seq) {
      throw refusal(
        `${previous.file} and ${name.file} have the same number; rename the newer one to the next free number`,
      );
    }
  });
  return sorted;
}

function refusal(message: string): MigrationError {
  return new MigrationError('files', message, { next: 'slipway migrate check' });
}
