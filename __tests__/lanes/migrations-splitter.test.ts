import { spawn } from 'node:child_process';
import { MigrationError } from '../../scripts/domain/migration/migration-error';
import { sqlTokens } from '../../scripts/domain/migration/sql-tokens';
import { splitStatements } from '../../scripts/domain/migration/statement-splitter';
import type { DatabaseServer } from '../../scripts/rehearsal/database-lab/database-server';
import { DATABASE_LANES } from '../support/database-servers';

/**
 * Random text, split by us and by the real client, which says with `-v` what it sends. Ours may refuse, as it never
 * guesses; it may never send something else.
 */
const SEED = 20_260_504;
const CASES = 400;
const AT_ONCE = 4;
const MINUTE = 60_000;

const PIECES = [
  ...['select', '1', 'a', '5--3', "-- it's;\n", '--\n', '# "c;\n', "/* c; ' */", '/*! 2 */', '/*!50000 3 */', '/**/'],
  ...["'x;'", "'it''s'", "'a\\';'", "'\\\\'", '"d;"', '"a""b"', '"\\";"', '`n;`', '`a``b`', '`\\`', "'two\nlines;'"],
  ...['\n', ' ', ';', ';\n', ';\nselect 2;\n', '*', '-', '/', 'delimiter_x', 'é', '@a:=1', 'a$b'],
];
/** What is refused more often than not, or changes how the rest is read. */
const RISKY = [
  ...[';;', '$$', '$a$', '//', '|', '||', "'", '"', '`', '\\', '*/', '/*', '//*', '*//', '--x', 'delimiter $$'],
  ...['\ndelimiter $$\nselect 1; 2$$\n', '\ndelimiter ;\n', '\nDELIMITER //\nselect 3;4//\n', '\ndelimiter ;;\n'],
];
const RISK = 0.08;

describe.each(DATABASE_LANES)('splitting as the client of $kind does', lane => {
  let server: DatabaseServer;
  beforeAll(async () => {
    if (!lane.missing) server = await lane.open();
  }, 3 * MINUTE);
  afterAll(() => lane.missing ?? server.stop());

  lane.test(
    `sends what the client sends, in ${CASES} random texts`,
    async () => {
      await server.createSchema('splitter');
      const random = randomNumbers(SEED);
      const texts = Array.from({ length: CASES }, () => randomText(random));
      const wrong: unknown[] = [];
      let compared = 0;
      let statements = 0;
      const compare = async (text: string) => {
        const ours = await split(text);
        if (!ours) return;
        compared++;
        const theirs = (await sent(server, text)).map(meaningOf).filter(Boolean);
        statements += theirs.length;
        const mine = ours.map(meaningOf);
        if (JSON.stringify(mine) !== JSON.stringify(theirs)) wrong.push({ text, ours: mine, theirs });
      };
      for (let at = 0; at < texts.length; at += AT_ONCE) await Promise.all(texts.slice(at, at + AT_ONCE).map(compare));

      expect(wrong).toEqual([]);
      // Refusing everything would be easy.
      expect(compared).toBeGreaterThan(CASES / 4);
      expect(statements).toBeGreaterThan(CASES);
    },
    5 * MINUTE,
  );
});

/** Undefined when the text is refused. */
async function split(text: string): Promise<string[] | undefined> {
  const found: string[] = [];
  try {
    for await (const statement of splitStatements(inPieces(Buffer.from(text)), '(1) random.sql'))
      found.push(statement.text);
    return found;
  } catch (error) {
    if (error instanceof MigrationError) return undefined;
    throw error;
  }
}

/** Pieces of a few bytes, so that everything is cut somewhere. */
async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 3) yield bytes.subarray(at, at + 3);
}

/** What the client says that it sends. */
async function sent(server: DatabaseServer, text: string): Promise<string[]> {
  const [program = '', ...rest] = server.client ?? [];
  const client = spawn(program, [...rest, '-v', '-v', '-c', '--force', '--default-character-set=utf8mb4', 'splitter']);
  const chunks: Buffer[] = [];
  client.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  client.stdin.end(text);
  await new Promise(resolve => client.once('close', resolve));
  return [
    ...Buffer.concat(chunks)
      .toString()
      .matchAll(/^--------------\n([\s\S]*?)\n--------------$/gm),
  ].map(match => match[1] ?? '');
}

/** Without comments and spaces, which mean nothing and which the client attaches to this statement or to the one before. */
function meaningOf(statement: string): string {
  return sqlTokens(statement)
    .map(({ kind, raw }) => `${kind}:${raw}`)
    .join(' ');
}

function randomText(random: () => number): string {
  const length = 2 + Math.floor(random() * 12);
  const oneOf = (pieces: readonly string[]) => pieces[Math.floor(random() * pieces.length)] ?? '';
  const pieces = Array.from({ length }, () => oneOf(random() < RISK ? RISKY : PIECES));
  return `select ${pieces.join(random() < 0.5 ? ' ' : '')}\n;\ndelimiter ;\nselect 9;\n`;
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
