import { createHash } from 'node:crypto';
import { MigrationError } from '../domain/migration/migration-error';
import type { MysqlSession } from './mysql-session';
import { SERVER_ERRORS, serverError } from './mysql-error';

/** Locks are asked for in slices, so that a wait can be reported and interrupted. */
const SLICE_SECONDS = 2;

export interface LockWait {
  readonly waitSeconds: number;
  readonly log: (line: string) => void;
  readonly stop: AbortSignal;
}

interface ProcessRow {
  readonly Id: number;
  readonly User: string;
  readonly Host: string;
  readonly Time: number;
  readonly Info: string | null;
}

/**
 * The two locks of a run, which live and die with their sessions; there is no row that a killed run could leave behind.
 *
 * The journal's session holds the run. The working session holds a second one, because the server finishes a statement
 * whose client is gone: as long as that statement runs, its session lives, and nobody starts beside it.
 * Names are shorter than 64 characters and hold the schema, as locks are known in the whole server.
 */
export class MigrationLock {
  private constructor(private readonly name: string) {}

  static async of(session: MysqlSession): Promise<MigrationLock> {
    const [row] = await session.query<{ name: string | null }>('SELECT DATABASE() AS name');
    const hash = createHash('sha256')
      .update(row?.name ?? '')
      .digest('hex')
      .slice(0, 24);
    return new MigrationLock(`slipway:${hash}`);
  }

  /** @throws MigrationError `locked` that names the holder */
  async acquire(journal: MysqlSession, work: MysqlSession, wait: LockWait): Promise<void> {
    const startedAt = performance.now();
    const left = () => wait.waitSeconds - (performance.now() - startedAt) / 1000;
    await this.take(journal, journal, this.name, wait, left);
    await this.take(work, journal, this.workName, wait, left);
  }

  /** Takes the working session's lock again, after a reset dropped it. */
  async retakeWork(work: MysqlSession): Promise<void> {
    if (await getLock(work, this.workName, 0)) return;
    throw new MigrationError('interrupted', 'the lock of the working session was lost; somebody else runs migrations', {
      next: 'slipway migrate status',
    });
  }

  private get workName(): string {
    return `${this.name}:w`;
  }

  private async take(
    session: MysqlSession,
    observer: MysqlSession,
    name: string,
    { log, stop }: LockWait,
    left: () => number,
  ): Promise<void> {
    let told = '';
    for (;;) {
      const seconds = Math.max(0, Math.min(SLICE_SECONDS, Math.ceil(left())));
      if (await getLock(session, name, told === '' ? 0 : seconds)) return;
      const holder = await holderOf(observer, name);
      if (left() <= 0 || stop.aborted) {
        throw new MigrationError('locked', `somebody else runs migrations: ${holder}; wait, or add --wait 600`, {
          next: 'slipway migrate status',
          detail: { holder },
        });
      }
      if (told === '') log(`waiting for another run: ${holder}`);
      told = holder;
    }
  }
}

async function getLock(session: MysqlSession, name: string, seconds: number): Promise<boolean> {
  try {
    const [row] = await session.query<{ got: number | null }>('SELECT GET_LOCK(?, ?) AS got', [name, seconds]);
    return row?.got === 1;
  } catch (error) {
    if (serverError(error).errno === SERVER_ERRORS.userLockDeadlock) return false;
    throw error;
  }
}

async function holderOf(session: MysqlSession, name: string): Promise<string> {
  const [row] = await session.query<{ id: number | null }>('SELECT IS_USED_LOCK(?) AS id', [name]);
  if (!row?.id) return 'it has just ended';
  const processes = await session.query<ProcessRow>('SHOW FULL PROCESSLIST');
  const holder = processes.find(({ Id }) => Id === row.id);
  if (!holder) return `connection ${row.id}, of another user`;
  const statement = holder.Info === null ? '' : `, running ${oneLine(holder.Info)}`;
  return `connection ${row.id}, ${holder.User}@${holder.Host}, for ${holder.Time} s${statement}`;
}

export function oneLine(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
