import { type SqlToken, sqlTokens } from './sql-tokens';
import { TokenReader } from './token-reader';

/** A thing whose definition a statement changes. */
export interface SchemaObject {
  readonly kind: 'table' | 'trigger' | 'procedure' | 'function' | 'event';
  readonly name: string;
  /** Schema that was written before the name. */
  readonly schema?: string;
}

/**
 * What a statement is, which decides how it is run and what is known about it after a crash:
 *
 * - `ddl` commits by itself and is done or not done; the definition of its objects tells which
 * - `dml` shares a transaction with the journal, so it is done exactly once
 * - `session` changes the session only and is repeated when a run is taken up again
 * - `read` may be repeated
 * - `other` leaves no trace that could be read: after a crash, a person decides
 */
export type StatementClass =
  | { readonly kind: 'ddl'; readonly verb: string; readonly objects: readonly SchemaObject[] }
  | { readonly kind: 'dml'; readonly verb: string; readonly table?: SchemaObject }
  | { readonly kind: 'session' | 'read' | 'other'; readonly verb: string };

/** Enough for the head of every statement; what follows does not change its class. */
export const HEAD_TOKENS = 400;

const DML = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE']);
const READS = new Set(['SELECT', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'VALUES', 'TABLE', 'DO', '(']);
const SESSION = new Set(['SET', 'PREPARE', 'DEALLOCATE']);

/** Parts of ALTER TABLE that move rows and leave the definition as it is. */
const MOVES_ROWS = /^(EXCHANGE|TRUNCATE|DISCARD|IMPORT)$/;

/** @param tokens  the first ones of the statement, for whoever has them already */
export function classify(sql: string, tokens = sqlTokens(sql, HEAD_TOKENS)): StatementClass {
  const verb = tokens[0]?.text ?? '';
  if (DML.has(verb)) return dml(verb, tokens);
  if (verb === 'WITH') return withClause(tokens);
  if (READS.has(verb))
    return tokens.some(token => token.text === 'INTO') ? { kind: 'other', verb } : { kind: 'read', verb };
  if (SESSION.has(verb)) return { kind: 'session', verb };
  const reader = new TokenReader(tokens.slice(1));
  if (verb === 'CREATE') return create(reader) ?? { kind: 'other', verb };
  if (verb === 'ALTER') return alter(reader) ?? { kind: 'other', verb };
  if (verb === 'DROP') return drop(reader) ?? { kind: 'other', verb };
  if (verb === 'RENAME' && reader.take('TABLE', 'TABLES')) return rename(reader);
  return { kind: 'other', verb };
}

/** The things that a statement changes. */
export function changedBy(what: StatementClass): readonly SchemaObject[] {
  if (what.kind === 'ddl') return what.objects;
  return what.kind === 'dml' && what.table ? [what.table] : [];
}

/** Whether a statement may change the session or depend on it; changes of definitions and rows alone do not. */
export function needsCleanSession({ kind }: StatementClass, sql: string): boolean {
  return (kind !== 'ddl' && kind !== 'dml') || /@|LAST_INSERT_ID|FOUND_ROWS|ROW_COUNT/i.test(sql);
}

function dml(verb: string, tokens: readonly SqlToken[]): StatementClass {
  const reader = new TokenReader(tokens.slice(1));
  reader.skip('LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'QUICK', 'IGNORE', 'INTO');
  if (verb === 'DELETE' && !reader.take('FROM')) reader.skipTo('FROM');
  const table = reader.object('table');
  return { kind: 'dml', verb, ...(table && { table }) };
}

/** WITH belongs to the statement after its parentheses. */
function withClause(tokens: readonly SqlToken[]): StatementClass {
  let depth = 0;
  for (const { kind, text } of tokens) {
    if (kind === 'symbol' && text === '(') depth++;
    if (kind === 'symbol' && text === ')') depth--;
    if (depth === 0 && kind === 'word' && DML.has(text)) return { kind: 'dml', verb: text };
    if (depth === 0 && kind === 'word' && text === 'SELECT') return { kind: 'read', verb: text };
  }
  return { kind: 'other', verb: 'WITH' };
}

function create(reader: TokenReader): StatementClass | undefined {
  reader.skip('OR', 'REPLACE');
  while (reader.take('DEFINER', 'ALGORITHM', 'SQL', 'AGGREGATE', 'UNIQUE', 'FULLTEXT', 'SPATIAL')) reader.skipSetting();
  if (reader.take('INDEX')) return indexOn(reader, 'CREATE INDEX');
  return definition(reader, 'CREATE');
}

function alter(reader: TokenReader): StatementClass | undefined {
  while (reader.take('DEFINER', 'ALGORITHM', 'SQL', 'ONLINE', 'IGNORE')) reader.skipSetting();
  if (!reader.take('TABLE')) return definition(reader, 'ALTER');
  reader.skip('IF', 'EXISTS');
  const table = reader.object('table');
  const words = reader.topLevelWords();
  if (!table || words.some(word => MOVES_ROWS.test(word))) return undefined;
  const renamed = reader.renameTarget();
  return { kind: 'ddl', verb: 'ALTER TABLE', objects: renamed ? [table, renamed] : [table] };
}

function drop(reader: TokenReader): StatementClass | undefined {
  if (reader.take('INDEX')) return indexOn(reader, 'DROP INDEX');
  return definition(reader, 'DROP');
}

/** CREATE, ALTER or DROP of a thing with a name. */
function definition(reader: TokenReader, verb: string): StatementClass | undefined {
  const word = reader.take('TABLE', 'VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT');
  if (word === undefined) return undefined;
  reader.skip('IF', 'NOT', 'EXISTS');
  const kind = word === 'VIEW' ? 'table' : (word.toLowerCase() as SchemaObject['kind']);
  const objects = reader.objects(kind);
  return objects.length === 0 ? undefined : { kind: 'ddl', verb: `${verb} ${word}`, objects };
}

function indexOn(reader: TokenReader, verb: string): StatementClass | undefined {
  reader.skipTo('ON');
  const table = reader.object('table');
  return table && { kind: 'ddl', verb, objects: [table] };
}

function rename(reader: TokenReader): StatementClass {
  const objects: SchemaObject[] = [];
  for (let next = reader.object('table'); next; next = reader.object('table')) {
    objects.push(next);
    if (reader.take('TO') === undefined) reader.symbol(',');
  }
  return { kind: 'ddl', verb: 'RENAME TABLE', objects };
}
