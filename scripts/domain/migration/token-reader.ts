import type { SqlToken } from './sql-tokens';
import type { SchemaObject } from './statement-class';

/** Goes through the tokens of a statement from left to right. */
export class TokenReader {
  private at = 0;

  constructor(private readonly tokens: readonly SqlToken[]) {}

  /** Passes one of these keywords, when it comes next. */
  take(...words: readonly string[]): string | undefined {
    const token = this.tokens[this.at];
    if (token?.kind !== 'word' || !words.includes(token.text)) return undefined;
    this.at++;
    return token.text;
  }

  /** Passes any number of these keywords. */
  skip(...words: readonly string[]): void {
    while (this.take(...words) !== undefined);
  }

  /** Passes everything up to this keyword, and the keyword. */
  skipTo(word: string): void {
    while (this.at < this.tokens.length && this.take(word) === undefined) this.at++;
  }

  /** Passes the value of a setting such as DEFINER = `a`@`b`, or SQL SECURITY INVOKER; nothing when none follows. */
  skipSetting(): void {
    if (this.take('SECURITY') !== undefined) {
      this.at++;
      return;
    }
    if (!this.symbol('=')) return;
    this.at++;
    if (this.symbol('@')) this.at++;
    else if (this.tokens[this.at]?.kind === 'variable') this.at++;
    if (this.symbol('(')) this.symbol(')');
  }

  symbol(text: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== 'symbol' || token.text !== text) return false;
    this.at++;
    return true;
  }

  /** A name, with or without a schema before it. */
  object(kind: SchemaObject['kind']): SchemaObject | undefined {
    const first = this.name();
    if (first === undefined) return undefined;
    if (!this.symbol('.')) return { kind, name: first };
    const second = this.name();
    return second === undefined ? undefined : { kind, name: second, schema: first };
  }

  objects(kind: SchemaObject['kind']): readonly SchemaObject[] {
    const found: SchemaObject[] = [];
    for (let next = this.object(kind); next; next = this.symbol(',') ? this.object(kind) : undefined) found.push(next);
    return found;
  }

  /** The keywords that are left and stand outside of parentheses. */
  topLevelWords(): readonly string[] {
    let depth = 0;
    return this.tokens.slice(this.at).flatMap(({ kind, text }) => {
      if (kind === 'symbol' && text === '(') depth++;
      if (kind === 'symbol' && text === ')') depth--;
      return depth === 0 && kind === 'word' ? [text] : [];
    });
  }

  /** The new name in ALTER TABLE ... RENAME [TO|AS] name; renamed columns and indexes do not count. */
  renameTarget(): SchemaObject | undefined {
    let depth = 0;
    for (let index = this.at; index < this.tokens.length; index++) {
      const { kind, text } = this.tokens[index] ?? { kind: 'symbol', text: '' };
      if (kind === 'symbol' && text === '(') depth++;
      if (kind === 'symbol' && text === ')') depth--;
      if (depth > 0 || kind !== 'word' || text !== 'RENAME') continue;
      const rest = new TokenReader(this.tokens.slice(index + 1));
      if (rest.take('COLUMN', 'INDEX', 'KEY') !== undefined) continue;
      rest.skip('TO', 'AS');
      return rest.object('table');
    }
    return undefined;
  }

  private name(): string | undefined {
    const token = this.tokens[this.at];
    if (token?.kind !== 'word' && token?.kind !== 'name') return undefined;
    this.at++;
    return token.raw;
  }
}
