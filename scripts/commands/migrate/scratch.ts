import { MigrationSource } from '../../adapters/migration-source';
import { withKeptSchema } from '../../adapters/kept-schema';
import { type MysqlSession, openSession } from '../../adapters/mysql-session';
import { withScratchSchema } from '../../adapters/scratch-schema';
import { type Finding, isRefusal, renderFinding } from '../../domain/migration/lint-finding';
import { MigrationError } from '../../domain/migration/migration-error';
import { splitStatements } from '../../domain/migration/statement-splitter';
import type { ScratchPorts } from '../../migration/scratch-run';
import type { BasePorts } from '../../migration/verify-on-base';
import type { Context } from '../context';
import { type ServerOptions, targetOf } from './database-options';

/** Every server has it, and every user may enter it: the schema of the URL need not exist. */
const ANY_SCHEMA = 'information_schema';

/** Gives `work` an empty schema on the server of the URL, which is gone afterwards. */
export function inScratchSchema<T>(
  options: ServerOptions,
  context: Context,
  work: (ports: ScratchPorts) => Promise<T>,
): Promise<T> {
  return withScratchSchema(opener(options, context), scratch => work({ scratch, ...portsOf(context) }));
}

/** Gives `work` a schema that stays on the server, the same for the same key. */
export function inKeptSchema<T>(
  options: ServerOptions,
  context: Context,
  key: string,
  work: (ports: BasePorts) => Promise<T>,
): Promise<T> {
  return withKeptSchema(opener(options, context), key, scratch => work({ scratch, ...portsOf(context) }));
}

function opener(options: ServerOptions, context: Context): () => Promise<MysqlSession> {
  const target = { ...targetOf(options, context), schema: ANY_SCHEMA };
  return () => openSession(target);
}

function portsOf(context: Context): Omit<ScratchPorts, 'scratch'> {
  return {
    statements: (path, name) => splitStatements(new MigrationSource(path), name),
    stop: context.signal,
    log: line => context.output.log(line),
  };
}

/** What a command has found out, for programs. */
interface FindingFacts extends Readonly<Record<string, unknown>> {
  readonly findings: readonly Finding[];
}

/** Prints what was found. @throws MigrationError when one of it is more than a note */
export function reportFindings(context: Context, facts: FindingFacts, code: 'lint' | 'refused'): void {
  const { findings } = facts;
  for (const finding of findings) context.output.print(renderFinding(finding));
  const [first, ...others] = findings.filter(isRefusal);
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  throw new MigrationError(
    findings.some(({ level }) => level === 'failed') ? 'failed' : code,
    `${first.file}:${first.line}: ${first.message}${more}`,
    { next: first.next, detail: facts },
  );
}
