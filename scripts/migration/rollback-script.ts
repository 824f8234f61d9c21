import { parseDirectives } from '../domain/migration/directives';
import { fileNames } from '../domain/migration/file-name';
import type { HistoryRow } from '../domain/migration/history';
import type { MigrationFile } from '../domain/migration/migration-files';
import { MigrationError } from '../domain/migration/migration-error';
import { splitStatements, type SqlStatement } from '../domain/migration/statement-splitter';
import type { Script } from './script';

export interface Rollback {
  readonly row: HistoryRow;
  /** The rollback: as it is kept in the database, or as it stands in the file. */
  readonly text: string;
  readonly file?: MigrationFile;
  readonly acceptLoss: boolean;
}

/** A rollback as a script. @throws MigrationError when it cannot bring everything back and nobody accepted that */
export async function rollbackScript({
  row,
  text,
  file,
  acceptLoss,
}: Rollback): Promise<Omit<Script, 'begin'> & { readonly name: string }> {
  const { seq, name } = row;
  const label = file?.name ?? fileNames(seq, name).down;
  const { irreversible, timeoutSeconds } = parseDirectives(text, label);
  if (irreversible !== undefined && !acceptLoss) {
    throw new MigrationError(
      'refused',
      `(${seq}) ${name} cannot be rolled back without loss: ${irreversible}; add --accept-loss`,
      {
        next: `slipway migrate down --to ${seq - 1} --accept-loss`,
        detail: { seq, irreversible },
      },
    );
  }
  const statements = () => rollbackStatements(text, label);
  let total = 0;
  for await (const statement of statements()) total = statement.index;
  const resumed = row.state === 'reverting' || row.state === 'revert_failed';
  return {
    seq,
    name,
    file: label,
    statements: statements(),
    total,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(resumed && { resume: row }),
    failedState: 'revert_failed',
    endsInTransaction: false,
  };
}

/** The statements of a rollback that is kept in the database. */
export function rollbackStatements(text: string, label: string): AsyncIterable<SqlStatement> {
  return splitStatements(bytesOf(text), label);
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}
