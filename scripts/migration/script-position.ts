import { MigrationError } from '../domain/migration/migration-error';
import type { SqlStatement } from '../domain/migration/statement-splitter';
import type { Script } from './script';

/** Where the run of a file is, for what people are told. */
export interface Position {
  readonly script: Script;
  /** Undefined before the first. */
  readonly statement: SqlStatement | undefined;
  /** How many statements are done and stay. */
  readonly done: number;
}

export function placeOf({ script, statement }: Position): string {
  const { line, index } = statement ?? { line: 1, index: 0 };
  return `${script.file}:${line}, statement ${index} of ${script.total}`;
}

/** What runs this file again from where it stands. */
export function again({ failedState, seq }: Script): string {
  return failedState === 'failed' ? 'slipway migrate up' : `slipway migrate down --to ${seq - 1}`;
}

export function countOf(done: number): string {
  return done === 1 ? 'statement 1 is done and stays' : `statements 1 to ${done} are done and stay`;
}

/** What to do after a statement has failed. */
export function adviceFor({ script, done }: Position): string {
  const kept =
    done === 0
      ? 'nothing of this file was done'
      : `${countOf(done)}, as definitions cannot be rolled back; they are not run again`;
  return `${kept}; mend the file from here on, then ${again(script)}`;
}

export function failedStatement({ script, statement }: Position, message: string, errno?: number) {
  const { line, index } = statement ?? { line: 1, index: 1 };
  const { file, total } = script;
  return { file, line, statement: index, total, message, ...(errno !== undefined && { errno }) };
}

export function connectionLost(position: Position, cause: unknown, message: string): MigrationError {
  const next = again(position.script);
  return new MigrationError(
    'interrupted',
    `${placeOf(position)}: the connection was lost (${message}); the next run finds out what was done: ${next}`,
    { cause, failed: failedStatement(position, message), next },
  );
}
