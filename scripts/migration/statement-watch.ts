import type { MysqlSession } from '../adapters/mysql-session';

const TICK_MS = 1000;
const PROGRESS_SECONDS = 5;
const HEARTBEAT_SECONDS = 15;

interface Watched {
  readonly label: string;
  readonly since: number;
  readonly timeoutSeconds: number | undefined;
}

export interface WatchPorts {
  readonly journal: MysqlSession;
  readonly workId: number;
  readonly log: (line: string) => void;
  /** Ends the statement in flight. */
  readonly kill: AbortSignal;
}

/**
 * Looks at the statement in flight from the other session: says that it still runs, keeps the journal's session (and the
 * lock with it) from timing out, and ends the statement when it takes too long or a person asks twice.
 * Only the server can end a statement; a client that stops waiting leaves it running.
 */
export class StatementWatch {
  /** Set when the statement in flight was ended from here. */
  timedOut = false;
  private watched: Watched | undefined;
  private reportedAt = performance.now();
  private beatAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private readonly onKill = () => void this.end();

  constructor(private readonly ports: WatchPorts) {
    this.timer = setInterval(() => this.tick(), TICK_MS);
    ports.kill.addEventListener('abort', this.onKill);
  }

  async during<T>(label: string, timeoutSeconds: number | undefined, run: () => Promise<T>): Promise<T> {
    this.watched = { label, since: performance.now(), timeoutSeconds };
    this.timedOut = false;
    try {
      return await run();
    } finally {
      this.watched = undefined;
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.ports.kill.removeEventListener('abort', this.onKill);
  }

  private tick(): void {
    const now = performance.now();
    if (now - this.beatAt > HEARTBEAT_SECONDS * 1000) {
      this.beatAt = now;
      // When this session is lost, the next write to the journal says so.
      this.ports.journal.query('SELECT 1').catch(() => undefined);
    }
    if (!this.watched) return;
    const seconds = (now - this.watched.since) / 1000;
    if (now - this.reportedAt > PROGRESS_SECONDS * 1000) {
      this.reportedAt = now;
      this.ports.log(`${this.watched.label}, for ${Math.round(seconds)} s`);
    }
    const { timeoutSeconds } = this.watched;
    if (timeoutSeconds !== undefined && seconds > timeoutSeconds && !this.timedOut) {
      this.timedOut = true;
      void this.end();
    }
  }

  private async end(): Promise<void> {
    if (!this.watched) return;
    // A statement that ends meanwhile is fine.
    await this.ports.journal.query(`KILL QUERY ${this.ports.workId}`).catch(() => undefined);
  }
}
