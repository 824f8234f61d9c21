import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseServer } from '../../scripts/rehearsal/database-lab/database-server';
import { rowsOf } from './database-state';
import { type RunnerEnd, startRunner, wordsOf } from './runner-process';

export interface BlockedAlter {
  readonly end: RunnerEnd;
  /** Connection that held the table. */
  readonly blocker: number;
  /** The longest that a reader of the table waited for one row, in milliseconds. */
  readonly worstRead: number;
  readonly reads: number;
  readonly rows: number;
  /** Type of the column that the migration widens. */
  readonly type: string;
}

const SCHEMA = 'blocked';
/** 2 ** 21 = 2,097,152 rows. */
const DOUBLINGS = 21;
const READ_EVERY_MS = 10;

/**
 * A big table is altered while others read it, and while somebody's transaction holds it: until the run has said who it
 * is that it waits for, as a person would end that transaction only then.
 */
export async function blockedAlter(server: DatabaseServer): Promise<BlockedAlter> {
  const root = mkdtempSync(path.join(tmpdir(), 'slipway-blocked-'));
  const migration = (name: string, up: string, down: string) => {
    writeFileSync(path.join(root, 'migrations', `${name}.sql`), `${up}\n`);
    writeFileSync(path.join(root, 'migrations', `${name}.rollback.sql`), `${down}\n`);
  };
  mkdirSync(path.join(root, 'migrations'));
  migration(
    '(1) visits',
    'CREATE TABLE visit (id INT AUTO_INCREMENT PRIMARY KEY, page INT NOT NULL) ENGINE=InnoDB;',
    'DROP TABLE visit;',
  );
  const url = await server.createSchema(SCHEMA);
  const blocker = await server.connect(SCHEMA);
  const reader = await server.connect(SCHEMA);
  try {
    const first = await startRunner(root, url, ['up']).ended;
    if (first.code !== 0) throw new Error(wordsOf(first));
    await blocker.query('INSERT INTO visit (page) VALUES (1)');
    for (let doubling = 0; doubling < DOUBLINGS; doubling++) {
      await blocker.query('INSERT INTO visit (page) SELECT page FROM visit');
    }
    migration(
      '(2) wide-page',
      'ALTER TABLE visit MODIFY page BIGINT NOT NULL;',
      'ALTER TABLE visit MODIFY page INT NOT NULL;',
    );

    await blocker.query('START TRANSACTION; SELECT * FROM visit WHERE id = 1');
    const runner = startRunner(root, url, ['up']);
    const held = runner.hasSaid(/held by/).then(() => blocker.query('COMMIT'));
    const over = new AbortController();
    void runner.ended.then(() => over.abort());
    let [worstRead, reads] = [0, 0];
    while (!over.signal.aborted) {
      const begin = performance.now();
      await reader.query('SELECT page FROM visit WHERE id = 42');
      worstRead = Math.max(worstRead, performance.now() - begin);
      reads += 1;
      await delay(READ_EVERY_MS);
    }
    await held;
    const [counted] = await rowsOf(reader, 'SELECT COUNT(*) AS total FROM visit');
    const [column] = await rowsOf(
      reader,
      "SELECT data_type AS type FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = 'page'",
    );
    return {
      end: await runner.ended,
      blocker: blocker.threadId,
      worstRead,
      reads,
      rows: Number(counted!['total']),
      type: column!['type']!,
    };
  } finally {
    await Promise.all([blocker.end(), reader.end()]);
    rmSync(root, { recursive: true, force: true });
  }
}
