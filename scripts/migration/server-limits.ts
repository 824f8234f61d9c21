import type { MysqlSession } from '../adapters/mysql-session';
import { MigrationError } from '../domain/migration/migration-error';
import type { PlannedMigration } from '../domain/migration/plan';

interface SettingsRow {
  readonly readOnly: number;
  readonly packet: number;
}

/** The command's byte and the packets' headers. */
const PACKET_OVERHEAD = 64;

/** Older servers leave half a definition behind when they crash. */
const OLDEST = { mysql: [8, 0], mariadb: [10, 6] } as const;

/** @throws MigrationError when the server cannot be migrated */
export async function assertUsable(session: MysqlSession): Promise<void> {
  const oldest = OLDEST[session.flavour];
  const [major = 0, minor = 0] = session.version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw unusable(`the server is ${session.version}; allowed is ${session.flavour} ${oldest.join('.')} or newer`);
  }
  const { readOnly } = await settings(session);
  if (readOnly !== 0) throw unusable('the server is read-only; name the writer, not a replica');
}

/**
 * What the server would refuse in the middle is refused before the first statement.
 *
 * @throws MigrationError with file and line
 */
export async function assertFits(session: MysqlSession, todo: readonly PlannedMigration[]): Promise<void> {
  const { packet } = await settings(session);
  const others = await otherEngines(session);
  for (const { up } of todo.map(({ migration }) => migration)) {
    if (up.longest.bytes + PACKET_OVERHEAD > packet) {
      const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
      throw new MigrationError(
        'files',
        `${up.name}:${up.longest.line}: the statement has ${mb(up.longest.bytes)} MB, and the server takes ` +
          `${mb(packet)} MB (max_allowed_packet); split it`,
      );
    }
    for (const [table, line] of up.writes) {
      const engine = others.get(table);
      if (engine === undefined) continue;
      throw new MigrationError(
        'refused',
        `${up.name}:${line}: ${table} is ${engine}, which has no transactions, so a crash could run this twice; ` +
          `convert it first: ALTER TABLE ${table} ENGINE=InnoDB`,
      );
    }
  }
}

async function settings(session: MysqlSession): Promise<SettingsRow> {
  const [row] = await session.query<SettingsRow>(
    'SELECT @@GLOBAL.read_only AS readOnly, @@SESSION.max_allowed_packet AS packet',
  );
  return { readOnly: Number(row?.readOnly), packet: Number(row?.packet) };
}

async function otherEngines(session: MysqlSession): Promise<ReadonlyMap<string, string>> {
  const rows = await session.query<{ name: string; engine: string }>(
    `SELECT TABLE_NAME AS name, ENGINE AS engine FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB'`,
  );
  return new Map(rows.map(({ name, engine }) => [name, engine]));
}

function unusable(message: string): MigrationError {
  return new MigrationError('connection', message);
}
