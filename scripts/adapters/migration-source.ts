import type { Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 256 * 1024;
const HEAD_BYTES = 16 * 1024;
const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Bytes of a file as the server shall see them on every machine: without byte order mark, and with line feeds however
 * the file was checked out. The same text is hashed and run, so an equal hash means equal statements.
 */
export class MigrationSource implements AsyncIterable<Uint8Array> {
  /** Bytes read so far. */
  bytes = 0;
  /** The beginning of the file as text, in which directives stand. */
  head = '';

  /** @param hash  fed with what is read, @default none */
  constructor(
    private readonly path: string,
    private readonly hash?: Hash,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const file = openSync(this.path, 'r');
    try {
      const room = Buffer.allocUnsafe(Math.max(1, Math.min(CHUNK_BYTES, fstatSync(file).size)));
      let held = false;
      for (;;) {
        const length = readSync(file, room, 0, room.length, null);
        if (length === 0) break;
        const first = this.bytes === 0 && room.subarray(0, 3).equals(BYTE_ORDER_MARK) && length >= 3;
        this.bytes += length;
        const raw = room.subarray(first ? 3 : 0, length);
        const chunk = withLineFeeds(raw, held);
        held = raw[raw.length - 1] === CARRIAGE_RETURN;
        this.hash?.update(chunk);
        if (this.head === '') this.head = chunk.toString('utf8', 0, HEAD_BYTES);
        // Reading is quick, and others who wait for the same thread get their turn.
        yield await Promise.resolve(chunk);
      }
      if (held) {
        this.hash?.update('\r');
        yield Buffer.from('\r');
      }
    } finally {
      closeSync(file);
    }
  }
}

/** A carriage return at the end of a chunk is held back until the next byte is known. */
function withLineFeeds(chunk: Buffer, held: boolean): Buffer {
  if (!held && !chunk.includes(CARRIAGE_RETURN)) return chunk;
  const target = Buffer.allocUnsafe(chunk.length + 1);
  let length = 0;
  if (held && chunk[0] !== LINE_FEED) target[length++] = CARRIAGE_RETURN;
  for (let at = 0; at < chunk.length; at++) {
    const here = chunk[at] ?? 0;
    const next = chunk[at + 1];
    if (here === CARRIAGE_RETURN && (next === LINE_FEED || next === undefined)) continue;
    target[length++] = here;
  }
  return target.subarray(0, length);
}
