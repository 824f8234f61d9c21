import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';

/** The same migrations in the form of each tool, in folders of their own. */
export interface Workload {
  readonly name: string;
  /** `(n) name.sql` with rollbacks. */
  readonly pairs: string;
  /** One file a migration, ordered by name, without directives. */
  readonly plain: string;
  /** Files with dbmate's directives. */
  readonly dbmate: string;
  /** Everything in one file, with one INSERT a migration into a history table, as a pipe would be given it. */
  readonly pipe: string;
  /** The rows that must be there afterwards. */
  readonly rows: number;
  /** Counts them. */
  count(connection: Connection): Promise<number>;
}

const HISTORY = 'CREATE TABLE bench_history (seq INT PRIMARY KEY, name VARCHAR(200) NOT NULL) ENGINE=InnoDB;\n';
const ROWS_A_STATEMENT = 500;
const TABLES_A_COUNT = 100;
/** 124 characters a row with the rest of it: 500 rows are 62 kB, and 807 statements 50 MB. */
const PAYLOAD = 'abcdefghij'.repeat(10);

/** Many small migrations: what CI pays that builds a schema from empty. */
export function manyMigrations(folder: string, migrations: number): Workload {
  const files = filesOf(folder);
  const table = (n: number) => `bench_${String(n).padStart(5, '0')}`;
  const pipe = openSync(files.pipe, 'w');
  writeSync(pipe, HISTORY);
  for (let n = 1; n <= migrations; n++) {
    const up =
      `CREATE TABLE ${table(n)} (id INT PRIMARY KEY AUTO_INCREMENT, label VARCHAR(40) NOT NULL) ENGINE=InnoDB;\n` +
      `INSERT INTO ${table(n)} (label) VALUES ('row of ${n}');\n`;
    writeMigration(files, n, table(n), [up], `DROP TABLE ${table(n)};\n`);
    writeSync(pipe, `${up}INSERT INTO bench_history VALUES (${n}, '${table(n)}');\n`);
  }
  closeSync(pipe);
  return {
    ...files,
    name: `${migrations} migrations`,
    rows: migrations,
    count: async connection => {
      let rows = 0;
      for (let first = 1; first <= migrations; first += TABLES_A_COUNT) {
        const tables = Array.from({ length: Math.min(TABLES_A_COUNT, migrations - first + 1) }, (_, n) =>
          table(first + n),
        );
        rows += await countOf(connection, tables.map(name => `(SELECT COUNT(*) FROM ${name})`).join(' + '));
      }
      return rows;
    },
  };
}

/** One file of a given size, most of it INSERTs of 500 rows. */
export function bigFile(folder: string, megabytes: number): Workload {
  const files = filesOf(folder);
  const create = 'CREATE TABLE bench_big (id INT PRIMARY KEY, payload VARCHAR(120) NOT NULL) ENGINE=InnoDB;\n';
  const statement = (from: number) =>
    `INSERT INTO bench_big VALUES ${Array.from({ length: ROWS_A_STATEMENT }, (_, n) => `(${from + n},'${PAYLOAD}-${from + n}')`).join(',')};\n`;
  const statements = Math.round((megabytes * 1e6) / statement(200_000).length);
  function* text(): Generator<string> {
    yield create;
    for (let n = 0; n < statements; n++) yield statement(n * ROWS_A_STATEMENT + 1);
  }
  writeMigration(files, 1, 'big', text, 'DROP TABLE bench_big;\n');
  const pipe = openSync(files.pipe, 'w');
  writeSync(pipe, HISTORY);
  for (const part of text()) writeSync(pipe, part);
  writeSync(pipe, "INSERT INTO bench_history VALUES (1, 'big');\n");
  closeSync(pipe);
  return {
    ...files,
    name: `one file of ${megabytes} MB`,
    rows: statements * ROWS_A_STATEMENT,
    count: connection => countOf(connection, '(SELECT COUNT(*) FROM bench_big)'),
  };
}

type Files = Pick<Workload, 'pairs' | 'plain' | 'dbmate' | 'pipe'>;

function filesOf(folder: string): Files {
  const files = {
    pairs: path.join(folder, 'migrations'),
    plain: path.join(folder, 'plain'),
    dbmate: path.join(folder, 'dbmate'),
    pipe: path.join(folder, 'pipe.sql'),
  };
  for (const inner of [files.pairs, files.plain, files.dbmate]) mkdirSync(inner, { recursive: true });
  return files;
}

function writeMigration(
  files: Files,
  n: number,
  name: string,
  up: readonly string[] | (() => Iterable<string>),
  down: string,
): void {
  const parts = () => (typeof up === 'function' ? up() : up);
  const number = String(n).padStart(14, '0');
  writeParts(path.join(files.pairs, `(${n}) ${name}.sql`), parts());
  writeFileSync(path.join(files.pairs, `(${n}) ${name}.rollback.sql`), down);
  writeParts(path.join(files.plain, `${number}_${name}.sql`), parts());
  writeParts(path.join(files.dbmate, `${number}_${name}.sql`), [
    '-- migrate:up\n',
    ...parts(),
    '\n-- migrate:down\n',
    down,
  ]);
}

function writeParts(file: string, parts: Iterable<string>): void {
  const opened = openSync(file, 'w');
  for (const part of parts) writeSync(opened, part);
  closeSync(opened);
}

async function countOf(connection: Connection, sum: string): Promise<number> {
  const [rows] = await connection.query(`SELECT ${sum} AS total`);
  return Number((rows as { total: number | string }[])[0]?.total ?? 0);
}
