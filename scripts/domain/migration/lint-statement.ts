import type { LintRemark } from './lint-rules';
import { type SqlToken, sqlTokens } from './sql-tokens';
import { classify } from './statement-class';
import type { SqlStatement } from './statement-splitter';

/** Beyond these tokens a long INSERT is values only. */
const TOKENS_READ = 5000;

/** What the text of a file alone shows. Give it the statements in order; it remembers what the file has created. */
export class StatementLint {
  private readonly created = new Set<string>();
  private changesTables = false;
  private readonly backfills: LintRemark[] = [];
  private readonly found: LintRemark[] = [];

  add(statement: SqlStatement): void {
    const tokens = sqlTokens(statement.text, TOKENS_READ);
    const what = classify(statement.text);
    if (what.kind === 'ddl') {
      this.found.push(...hidingExistence(statement, tokens));
      if (what.verb === 'CREATE TABLE') for (const { name } of what.objects) this.created.add(name);
      if (what.verb === 'ALTER TABLE' || what.verb.endsWith('INDEX')) {
        this.changesTables ||= what.objects.some(({ name }) => !this.created.has(name));
      }
    }
    if (what.kind !== 'dml') return;
    this.found.push(...withoutWhere(statement, what.verb, tokens));
    const intoOwnTable = what.table !== undefined && this.created.has(what.table.name);
    if (!intoOwnTable) this.backfills.push(backfill(statement, what.verb));
  }

  remarks(): LintRemark[] {
    return [...this.found, ...(this.changesTables ? this.backfills : [])];
  }
}

/** In the body of a stored program IF EXISTS is a condition like any other, so only its head is looked at. */
function hidingExistence(statement: SqlStatement, tokens: readonly SqlToken[]): LintRemark[] {
  const isTable = tokens.slice(0, 5).some(({ kind, text }) => kind === 'word' && text === 'TABLE');
  const looked = isTable ? tokens : tokens.slice(0, 8);
  const at = looked.findIndex(({ kind, text }, index) => {
    const [next, afterNext] = [looked[index + 1]?.text, looked[index + 2]?.text];
    return kind === 'word' && text === 'IF' && (next === 'EXISTS' || (next === 'NOT' && afterNext === 'EXISTS'));
  });
  if (at === -1) return [];
  const words = looked[at + 1]?.text === 'NOT' ? 'IF NOT EXISTS' : 'IF EXISTS';
  const line = statement.line + lineBreaks(statement.text, looked[at]?.offset ?? 0);
  const message = `${words} passes over a schema that is not what the history says`;
  return [{ rule: 'if-exists', line, message, next: `leave ${words} out` }];
}

function withoutWhere(statement: SqlStatement, verb: string, tokens: readonly SqlToken[]): LintRemark[] {
  if (verb !== 'UPDATE' && verb !== 'DELETE') return [];
  if (tokens.some(({ kind, text }) => kind === 'word' && (text === 'WHERE' || text === 'JOIN'))) return [];
  const message = `${verb} without WHERE changes every row, in one transaction that locks them all`;
  return [{ rule: 'without-where', line: statement.line, message, next: 'say which rows' }];
}

function backfill(statement: SqlStatement, verb: string): LintRemark {
  return {
    rule: 'backfill-beside-ddl',
    line: statement.line,
    message: `${verb} stands in one file with ALTER TABLE, which cannot be taken back together`,
    next: 'move it into a migration of its own',
  };
}

function lineBreaks(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}
