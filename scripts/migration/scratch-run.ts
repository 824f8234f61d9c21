import { serverError } from '../adapters/mysql-error';
import type { ScratchSchema } from '../adapters/scratch-schema';
import { type FailedStatement, MigrationError } from '../domain/migration/migration-error';
import type { MigrationFile } from '../domain/migration/migration-files';
import { classify } from '../domain/migration/statement-class';
import type { SqlStatement } from '../domain/migration/statement-splitter';
import type { RunnerPorts } from './runner-ports';

/** What trying migrations in a scratch schema needs of the world. */
export interface ScratchPorts {
  readonly scratch: ScratchSchema;
  readonly statements: RunnerPorts['statements'];
  readonly stop: AbortSignal;
  readonly log: (line: string) => void;
}

/** A statement, and the names of what it changes. */
interface TouchingStatement {
  readonly line: number;
  readonly names: readonly string[];
}

/** A file that was run to its end or to the statement that failed. */
export interface FileRun {
  readonly statements: readonly TouchingStatement[];
  readonly failed: FailedStatement | undefined;
}

/** Runs a statement; a failure is thrown as the server gives it. */
export type RunStatement = (statement: SqlStatement) => Promise<unknown>;

/**
 * Runs a file in the scratch schema, without a journal: what goes wrong here is thrown away with the schema.
 *
 * @param run  how a statement is run, @default as it stands
 */
export async function runInScratch(ports: ScratchPorts, file: MigrationFile, run?: RunStatement): Promise<FileRun> {
  const { session } = ports.scratch;
  const runStatement = run ?? (statement => session.execute(statement.text));
  const statements: TouchingStatement[] = [];
  await ports.scratch.clean();
  for await (const statement of ports.statements(file.path, file.name)) {
    if (ports.stop.aborted) {
      throw new MigrationError(
        'stopped',
        `stopped before ${file.name}:${statement.line}; only the scratch schema is affected`,
      );
    }
    statements.push({ line: statement.line, names: namesTouchedBy(statement.text) });
    try {
      await runStatement(statement);
    } catch (error) {
      const { lost, message, errno } = serverError(error);
      if (lost) throw error;
      const place = { file: file.name, line: statement.line, statement: statement.index, total: file.statements };
      return { statements, failed: { ...place, message, ...(errno !== undefined && { errno }) } };
    }
  }
  return { statements, failed: undefined };
}

function namesTouchedBy(sql: string): string[] {
  const what = classify(sql);
  if (what.kind === 'ddl') return what.objects.map(({ name }) => name.toLowerCase());
  return what.kind === 'dml' && what.table ? [what.table.name.toLowerCase()] : [];
}

/** The last line of a run that touches a thing, by its name. */
export function lineTouching(run: FileRun | undefined, name: string): number | undefined {
  return run?.statements.findLast(statement => statement.names.includes(name.toLowerCase()))?.line;
}
