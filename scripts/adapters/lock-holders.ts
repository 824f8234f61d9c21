import type { SchemaObject } from '../domain/migration/statement-class';
import { oneLine } from './migration-lock';
import type { MysqlSession } from './mysql-session';

interface HolderRow {
  readonly id: number;
}

interface ProcessRow {
  readonly Id: number;
  readonly User: string;
  readonly Host: string;
  readonly Command: string;
  readonly Time: number;
  readonly Info: string | null;
}

/** MySQL knows who holds a metadata lock. */
const METADATA_LOCKS = `SELECT DISTINCT t.PROCESSLIST_ID AS id FROM performance_schema.metadata_locks l
  JOIN performance_schema.threads t ON t.THREAD_ID = l.OWNER_THREAD_ID
  WHERE l.OBJECT_SCHEMA = DATABASE() AND l.OBJECT_NAME IN (?) AND l.LOCK_STATUS = 'GRANTED'`;

/** MariaDB shows open transactions, of which the oldest is the likeliest. */
const TRANSACTIONS = 'SELECT trx_mysql_thread_id AS id FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 3';

/** Who keeps a statement from its tables, as well as the server and our privileges tell; undefined when they do not. */
export async function lockHolders(
  session: MysqlSession,
  objects: readonly SchemaObject[],
  ownIds: readonly number[],
): Promise<string | undefined> {
  const names = objects.map(({ name }) => name);
  const holders =
    (await answered(session.query<HolderRow>(METADATA_LOCKS, [names]))) ??
    (await answered(session.query<HolderRow>(TRANSACTIONS)));
  const ids = new Set((holders ?? []).map(({ id }) => id).filter(id => !ownIds.includes(id)));
  const processes = (await answered(session.query<ProcessRow>('SHOW FULL PROCESSLIST'))) ?? [];
  const found = processes.filter(({ Id }) => ids.has(Id)).map(describe);
  return found.length > 0 ? found.join('; ') : undefined;
}

function describe({ Id, User, Host, Command, Time, Info }: ProcessRow): string {
  const doing = Info === null ? `idle in a transaction (${Command})` : `running ${oneLine(Info)}`;
  return `connection ${Id}, ${User}@${Host}, ${doing} for ${Time} s`;
}

/** Undefined when the server does not have this view, we may not read it, or nothing stands in it. */
async function answered<Row>(query: Promise<Row[]>): Promise<Row[] | undefined> {
  try {
    const rows = await query;
    return rows.length > 0 ? rows : undefined;
  } catch {
    return undefined;
  }
}
