/** A piece of SQL that has a meaning of its own. */
export interface SqlToken {
  /** `word` is a bare word (keyword or name), `name` a quoted name, `variable` begins with @. */
  readonly kind: 'word' | 'name' | 'variable' | 'string' | 'number' | 'symbol';
  /** Words in upper case as keywords are compared; names and strings without their quotes. */
  readonly text: string;
  /** As it was written, without quotes. */
  readonly raw: string;
  /** Where it begins in the statement. */
  readonly offset: number;
}

/**
 * Spaces and comments first; what an executable comment holds is SQL, so only its ends are skipped.
 * Strings and names end at a quote that is not doubled (or, in strings, escaped). They are matched in runs, not letter by letter,
 * for which a string of some megabytes would be too deep.
 */
const SKIPPED = String.raw`(?:\s+|\/\*!\d*|\*\/|\/\*(?!!)[\s\S]*?\*\/|#[^\n]*|--(?=[\s\u0000-\u001f]|$)[^\n]*)+`;
const NAME = '`([^`]*(?:``[^`]*)*)`';
const STRING = String.raw`(?:[xXnNbB]?'([^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*)'|"([^"\\]*(?:(?:\\[\s\S]|"")[^"\\]*)*)")`;
const VARIABLE = '(@@?[\\w$.]+|@[`\'"][^`\'"]*[`\'"])';
const NUMBER = String.raw`(\d+(?:\.\d+)?(?![\w$]))`;
const WORD = String.raw`([\w$\u0080-\uffff]+)`;
const PARTS = [SKIPPED, NAME, STRING, VARIABLE, NUMBER, WORD, String.raw`(:=|[\s\S])`];
/** One for all, as to make it takes longer than to read a statement; used from its beginning to its end without a pause. */
const PATTERN = new RegExp(PARTS.join('|'), 'gu');

/** The first tokens of a statement; a long INSERT need not be read to its end to know what it is. */
export function sqlTokens(sql: string, limit = Infinity): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  PATTERN.lastIndex = 0;
  for (let match = PATTERN.exec(sql); match !== null && tokens.length < limit; match = PATTERN.exec(sql)) {
    const token = tokenOf(match);
    if (token) tokens.push(token);
  }
  return tokens;
}

function tokenOf(match: RegExpExecArray): SqlToken | undefined {
  const [, name, single, double, variable, number, word, symbol] = match;
  const token = (kind: SqlToken['kind'], raw: string, text = raw): SqlToken => ({
    kind,
    text,
    raw,
    offset: match.index,
  });
  if (name !== undefined) return token('name', name.replaceAll('``', '`'));
  const string = single ?? double;
  if (string !== undefined) return token('string', string);
  if (variable !== undefined) return token('variable', variable, variable.toUpperCase());
  if (number !== undefined) return token('number', number);
  if (word !== undefined) return token('word', word, word.toUpperCase());
  if (symbol !== undefined) return token('symbol', symbol);
  return undefined;
}
