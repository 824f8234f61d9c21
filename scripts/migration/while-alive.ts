import type { MysqlSession } from '../adapters/mysql-session';

/** Often enough for the server's wait_timeout of a minute, and for a person who waits to hear of a lost lock. */
const BEAT_MS = 5_000;

/** Keeps sessions, and their locks with them, while something else works. @param work  is told when one is lost */
export async function whileAlive<T>(
  sessions: readonly MysqlSession[],
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const beat = setInterval(() => {
    for (const session of sessions) session.query('SELECT 1').catch(() => lost.abort());
  }, BEAT_MS);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(beat);
  }
}
