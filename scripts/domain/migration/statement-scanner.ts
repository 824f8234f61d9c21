import { MigrationError } from './migration-error';
import * as sql from './sql-bytes';
import type { Found } from './found-statement';

/** Start and end of a statement, when its end is reached. */
type Ended = readonly [start: number, end: number] | undefined;

type Mode = 'statement' | 'quote' | 'line comment' | 'block comment';

/** Thrown and caught inside the scanner only: the answer depends on bytes that are not there yet. */
const MORE = new Error('more bytes are needed');

/** Finds the ends of statements in a window that slides over a file; never looks at a byte twice. */
export class StatementScanner {
  private delimiter = sql.SEMICOLON;
  private special = sql.SEMICOLON_TABLE;
  private mode: Mode = 'statement';
  private quote = 0;
  /** Inside of a comment whose text the server executes. */
  private executable = false;
  private started = false;
  /** How far the last look came, and where the open quote or comment began; both counted from `consumed`. */
  private seen = 0;
  /** Whether something other than spaces stands on the same line before what is left of the window. */
  private lineOpen = false;
  private opened = 0;

  private bytes: Buffer = Buffer.alloc(0);
  private from = 0;
  private to = 0;
  private at = 0;
  private start = 0;
  private line = 1;
  private last = false;

  constructor(private readonly file: string) {}

  /**
   * @param line  line of the file at `from`
   * @param last  no bytes follow
   */
  next(bytes: Buffer, from: number, to: number, line: number, last: boolean): Found {
    Object.assign(this, { bytes, from, to, line, last });
    this.at = from + this.seen;
    this.start = from;
    this.opened += from;
    try {
      while (this.at < to) {
        if (this.mode === 'statement') {
          const text = this.statement();
          if (text) return this.complete(text);
        } else if (this.mode === 'quote') this.string();
        else if (this.mode === 'line comment') this.lineComment();
        else this.blockComment();
      }
    } catch (reason) {
      if (reason !== MORE) throw reason;
    }
    if (last) this.assertTerminated();
    const consumed = this.started ? this.start : this.mode === 'block comment' ? this.opened : this.at;
    this.leave(consumed);
    this.seen = this.at - consumed;
    this.opened -= consumed;
    return { consumed };
  }

  private complete([start, end]: readonly [number, number]): Found {
    let trimmed = end;
    while (trimmed > start && sql.isSpace(this.bytes[trimmed - 1])) trimmed--;
    this.leave(this.at);
    this.started = false;
    this.seen = 0;
    this.opened = 0;
    return { text: [start, trimmed], consumed: this.at };
  }

  /** Remembers how the line stands at which the window is cut. */
  private leave(consumed: number): void {
    const before = sql.lastVisible(this.bytes, this.from, consumed);
    if (before !== undefined) this.lineOpen = before !== sql.Byte.LineFeed;
  }

  /** Goes on in plain SQL; answers the statement when its delimiter is reached. */
  private statement(): Ended {
    const { bytes, special, to } = this;
    let at = this.at;
    if (this.started) while (at < to && special[bytes[at] ?? 0] === 0) at++;
    else while (at < to && sql.isSpace(bytes[at])) at++;
    this.at = at;
    if (at >= to) return undefined;
    const here = bytes[at] ?? 0;
    if (special[here] === 0) return this.content(1);
    if (here === 0) this.refuse('a zero byte: the file is not text in UTF-8');
    if (here === sql.Byte.Backslash)
      this.refuse('a backslash outside a string: the client would take it for a command');
    if ((here | 32) === sql.Byte.LetterD) return this.isDelimiterCommand() ? this.setDelimiter() : this.content(1);
    if (this.follows(this.delimiter.toString('latin1'))) return this.endOfStatement();
    if (here === sql.Byte.Dollar && this.opensDollarQuote()) {
      this.refuse('`$$`: MySQL takes it for the beginning of a string, and MariaDB does not');
    }
    if (here === sql.Byte.Quote || here === sql.Byte.DoubleQuote || here === sql.Byte.Backtick)
      return this.openQuote(here);
    if (here === sql.Byte.Hash) return this.open('line comment', 1);
    if (here === sql.Byte.Minus && this.follows('--')) return this.dashes();
    if (here === sql.Byte.Slash && this.follows('/*')) return this.openBlockComment();
    if (here === sql.Byte.Star && this.follows('*/')) return this.closeExecutable();
    return this.content(1);
  }

  private content(length: number): Ended {
    if (!this.started) {
      this.started = true;
      this.start = this.at;
    }
    this.at += length;
    return undefined;
  }

  private endOfStatement(): Ended {
    if (this.executable) this.refuse('a delimiter inside an executable comment');
    const end = this.at;
    if (this.delimiter[0] === sql.Byte.Pipe && this.follows('||'))
      this.refuse('`||` where the delimiter is `|`; use another');
    this.at += this.delimiter.length;
    return this.started ? [this.start, end] : undefined;
  }

  private openQuote(quote: number): Ended {
    this.opened = this.at;
    this.content(1);
    this.mode = 'quote';
    this.quote = quote;
    return undefined;
  }

  private open(mode: Mode, length: number): Ended {
    this.opened = this.at;
    this.at += length;
    this.mode = mode;
    return undefined;
  }

  /** `$$` or `$name$`, not inside of a name. */
  private opensDollarQuote(): boolean {
    if (this.started && sql.isWordByte(this.bytes[this.at - 1])) return false;
    let length = 1;
    while (sql.isWordByte(this.peek(length)) && this.peek(length) !== sql.Byte.Dollar) length++;
    return this.peek(length) === sql.Byte.Dollar;
  }

  private dashes(): Ended {
    const after = this.peek(2);
    if (after === undefined || after <= sql.Byte.Space) return this.open('line comment', 2);
    if (!this.started) this.refuse('`--` without a space after it is a comment for the client and not for the server');
    return this.content(1);
  }

  private openBlockComment(): Ended {
    const after = this.peek(2);
    if (this.executable) this.refuse('a comment inside an executable comment');
    if (after === sql.Byte.LetterM && this.peek(3) === sql.Byte.Exclamation)
      this.refuse('`/*M!`: MySQL skips what MariaDB executes');
    if (after !== sql.Byte.Exclamation) return this.open('block comment', 2);
    this.executable = true;
    this.opened = this.at;
    return this.content(3);
  }

  private closeExecutable(): Ended {
    if (!this.executable && this.peek(2) === sql.Byte.Star) return this.content(1);
    if (!this.executable) this.refuse('`*/` without a comment');
    if (this.peek(2) === sql.Byte.Star)
      this.refuse('`*/*`: the client and the server read it differently; put a space between');
    this.executable = false;
    return this.content(2);
  }

  private string(): void {
    const { closed, at } = sql.endOfString(this.bytes, this.at, this.to, this.quote);
    this.at = at;
    if (closed) this.mode = 'statement';
    // A backslash at the end of the window waits for what it escapes.
    else if (at < this.to) throw MORE;
  }

  private lineComment(): void {
    const end = this.bytes.indexOf(sql.Byte.LineFeed, this.at);
    this.at = end === -1 || end >= this.to ? this.to : end + 1;
    if (end !== -1 && end < this.to) this.mode = 'statement';
  }

  private blockComment(): void {
    const end = this.bytes.indexOf('*/', this.at);
    const found = end !== -1 && end + 2 <= this.to;
    const nested = this.bytes.indexOf('/*', this.at);
    if (nested !== -1 && nested + 2 <= (found ? end : this.to)) this.refuse('a comment inside a comment', nested);
    // The last byte may be the star of an end that is not there yet.
    this.at = found ? end + 2 : Math.max(this.at, this.last ? this.to : this.to - 1);
    if (found) this.mode = 'statement';
    else throw MORE;
  }

  /** Whether the word at the position is the client's command DELIMITER; only at the start of a line or statement. */
  private isDelimiterCommand(): boolean {
    if (!this.follows(sql.DELIMITER_COMMAND)) return false;
    const after = this.peek(sql.DELIMITER_COMMAND.length);
    if (after !== undefined && !sql.isSpace(after)) {
      if (!this.started) this.refuse('a statement that begins like the command DELIMITER');
      return false;
    }
    const first = this.isFirstOnLine();
    if (!this.started && !first) this.refuse('DELIMITER is a command only at the beginning of a line');
    if (this.started && first) this.refuse('DELIMITER inside a statement; end the statement first');
    return first;
  }

  /** Whether only spaces stand before the position; what the window has let go of ended with `lineOpen`. */
  private isFirstOnLine(): boolean {
    const before = sql.lastVisible(this.bytes, this.from, this.at);
    return before === undefined ? !this.lineOpen : before === sql.Byte.LineFeed;
  }

  private setDelimiter(): Ended {
    const end = this.bytes.indexOf(sql.Byte.LineFeed, this.at);
    if ((end === -1 || end >= this.to) && !this.last) throw MORE;
    const stop = end === -1 || end >= this.to ? this.to : end;
    const value = this.bytes.toString('latin1', this.at + sql.DELIMITER_COMMAND.length, stop).trim();
    if (!sql.DELIMITERS.includes(value))
      this.refuse(`DELIMITER ${value}: allowed is ${sql.DELIMITERS.join(' ')} and nothing after it`);
    this.delimiter = Buffer.from(value);
    this.special = sql.specialBytes(this.delimiter);
    this.at = stop;
    return undefined;
  }

  /** Whether this text (in lower case) is at the position. */
  private follows(text: string): boolean {
    for (let index = 0; index < text.length; index++) {
      const here = this.peek(index);
      if (here === undefined) return false;
      const letter = here >= 65 && here <= 90 ? here | 32 : here;
      if (letter !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  private peek(offset: number): number | undefined {
    if (this.at + offset < this.to) return this.bytes[this.at + offset];
    if (!this.last) throw MORE;
    return undefined;
  }

  private assertTerminated(): void {
    if (this.mode === 'quote')
      this.refuse(`a ${this.quote === sql.Byte.Backtick ? 'quoted name' : 'string'} that is never closed`, this.opened);
    if (this.mode === 'block comment' || this.executable) this.refuse('a comment that is never closed', this.opened);
    if (this.started)
      this.refuse(`a statement that is never ended; put ${this.delimiter.toString()} after it`, this.start);
  }

  private refuse(what: string, at = this.at): never {
    const line = this.line + sql.countLines(this.bytes, this.from, at);
    throw new MigrationError('files', `${this.file}:${line}: ${what}`, { next: 'slipway migrate check' });
  }
}
