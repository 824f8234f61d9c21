import { MigrationError } from './migration-error';
import { countLines } from './sql-bytes';
import { StatementScanner } from './statement-scanner';

/** One statement of a file, as it is sent to the server: without its delimiter and without comments before it. */
export interface SqlStatement {
  readonly text: string;
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  /** Its number in the file, from 1. */
  readonly index: number;
}

/**
 * Splits SQL into the statements that the `mysql` client would send, without holding more than the longest of them.
 *
 * Whatever cannot be split with certainty is an error with file and line, never a guess: an unterminated string,
 * identifier or comment, a delimiter inside an executable comment, a statement without its delimiter.
 *
 * @param chunks  the bytes of the file, UTF-8, with line feeds only (see `normalised`)
 * @param file    name of the file, for messages
 */
export async function* splitStatements(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<SqlStatement> {
  const scanner = new StatementScanner(file);
  const window = new Window();
  let line = 1;
  let index = 0;

  const statements = function* (last: boolean): Generator<SqlStatement> {
    for (;;) {
      const found = scanner.next(window.bytes, window.from, window.to, line, last);
      if (found.text !== undefined) {
        const [start, end] = found.text;
        const startLine = line + countLines(window.bytes, window.from, start);
        const text = decode(window.bytes.subarray(start, end), file, startLine);
        index++;
        yield { text, line: startLine, index };
      }
      if (found.consumed === window.from && found.text === undefined) return;
      line += countLines(window.bytes, window.from, found.consumed);
      window.from = found.consumed;
      if (found.text === undefined) return;
    }
  };

  for await (const chunk of chunks) {
    window.append(chunk);
    yield* statements(false);
  }
  yield* statements(true);
}

/** One for all: to make it takes longer than to read a short file. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The part of the file that is not split yet; it grows to the longest statement, never to the size of the file. */
class Window {
  bytes = Buffer.alloc(0);
  from = 0;
  to = 0;

  append(chunk: Uint8Array): void {
    if (this.to + chunk.length > this.bytes.length) this.makeRoom(chunk.length);
    this.bytes.set(chunk, this.to);
    this.to += chunk.length;
  }

  private makeRoom(more: number): void {
    const length = this.to - this.from;
    const enough = length + more <= this.bytes.length;
    const target = enough ? this.bytes : Buffer.allocUnsafe(Math.max(this.bytes.length * 2, length + more));
    this.bytes.copy(target, 0, this.from, this.to);
    this.bytes = target;
    this.from = 0;
    this.to = length;
  }
}

function decode(bytes: Uint8Array, file: string, line: number): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new MigrationError(
      'files',
      `${file}:${line}: the statement that begins here is not UTF-8; save the file as UTF-8`,
    );
  }
}
