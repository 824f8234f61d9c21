/** Bytes that mean something in SQL. */
export const Byte = {
  Tab: 9,
  LineFeed: 10,
  Space: 32,
  Exclamation: 33,
  DoubleQuote: 34,
  Hash: 35,
  Dollar: 36,
  Quote: 39,
  Star: 42,
  Minus: 45,
  Slash: 47,
  LetterM: 77,
  Backslash: 92,
  Backtick: 96,
  LetterD: 100,
  Pipe: 124,
} as const;

const CARRIAGE_RETURN = 13;

/** The command of the client that changes what ends a statement, and what it may be changed to. */
export const DELIMITER_COMMAND = 'delimiter';
export const DELIMITERS: readonly string[] = [';', '$$', ';;', '//', '|'];

export function isSpace(here: number | undefined): boolean {
  return here === Byte.Space || (here !== undefined && here >= Byte.Tab && here <= CARRIAGE_RETURN);
}

/** Letters, digits, underscores, dollars and all that is not ASCII. */
export function isWordByte(here: number | undefined): boolean {
  return here !== undefined && (here >= 128 || /[\w$]/.test(String.fromCharCode(here)));
}

/** A table of the bytes at which plain SQL may turn into something else. */
export function specialBytes(delimiter: Buffer): Uint8Array {
  const table = new Uint8Array(256);
  for (const special of Buffer.from('\'"`$-#/*\\dD\0')) table[special] = 1;
  table[delimiter[0] ?? 0] = 1;
  return table;
}

/** What ends a statement in most files, and its table: one for all of them. */
export const SEMICOLON = Buffer.from(';');
export const SEMICOLON_TABLE = specialBytes(SEMICOLON);

/** The position after a string or quoted name, or where more bytes are needed to find it. */
export function endOfString(bytes: Buffer, from: number, to: number, quote: number): { closed: boolean; at: number } {
  const escapes = quote !== Byte.Backtick;
  let at = from;
  while (at < to) {
    const here = bytes[at];
    if (here === quote) return { closed: true, at: at + 1 };
    if (here === Byte.Backslash && escapes) {
      if (at + 1 >= to) return { closed: false, at };
      at++;
    }
    at++;
  }
  return { closed: false, at };
}

/** The last byte before a position that is no space or tab; undefined when there is none from `from` on. */
export function lastVisible(bytes: Buffer, from: number, position: number): number | undefined {
  let before = position - 1;
  while (before >= from && (bytes[before] === Byte.Space || bytes[before] === Byte.Tab)) before--;
  return before < from ? undefined : bytes[before];
}

/** How many lines end between two positions. */
export function countLines(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(Byte.LineFeed, from); at !== -1 && at < to; at = bytes.indexOf(Byte.LineFeed, at + 1))
    lines++;
  return lines;
}
