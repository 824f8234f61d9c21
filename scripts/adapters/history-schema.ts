import type { MysqlSession } from './mysql-session';

/** The history lives in the schema it describes, so a restored snapshot brings it along. */
const TABLES = [
  `CREATE TABLE IF NOT EXISTS schema_migration (
  seq INT UNSIGNED NOT NULL PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  state ENUM('baseline','applying','applied','failed','reverting','revert_failed') NOT NULL,
  up_sha256 BINARY(32) NOT NULL,
  down_sha256 BINARY(32) NOT NULL,
  down_sql MEDIUMTEXT NOT NULL COMMENT 'the rollback as shipped: an older checkout does not have the file',
  stmt_total INT UNSIGNED NOT NULL,
  stmt_done INT UNSIGNED NOT NULL,
  stmt_started INT UNSIGNED NOT NULL,
  done_sha256 BINARY(32) NULL COMMENT 'hash of statements 1 to stmt_done',
  fp_before BINARY(16) NULL COMMENT 'fingerprint before the statement in flight',
  conn_id BIGINT UNSIGNED NULL,
  error_no INT NULL,
  error_text TEXT NULL,
  started_at DATETIME(6) NULL,
  finished_at DATETIME(6) NULL,
  applied_by VARCHAR(200) NULL,
  release_ref VARCHAR(64) NULL,
  tool_version VARCHAR(32) NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS schema_migration_log (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at DATETIME(6) NOT NULL,
  seq INT UNSIGNED NULL,
  event VARCHAR(32) NOT NULL,
  by_whom VARCHAR(200) NOT NULL,
  detail JSON NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT='append only'`,
  `CREATE TABLE IF NOT EXISTS schema_migration_snapshot (
  id TINYINT NOT NULL PRIMARY KEY,
  taken_at DATETIME(6) NOT NULL,
  seq INT UNSIGNED NOT NULL,
  gz MEDIUMBLOB NOT NULL COMMENT 'last known schema, compressed'
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
];

export async function hasHistory(session: MysqlSession): Promise<boolean> {
  const rows = await session.query(
    "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'schema_migration'",
  );
  return rows.length > 0;
}

/** Makes the tables of the history where they are missing. */
export async function createHistory(session: MysqlSession): Promise<void> {
  for (const table of TABLES) await session.execute(table);
}

/** The level at which the last picture of the schema was taken; undefined when there is none. */
export async function snapshotLevel(session: MysqlSession): Promise<number | undefined> {
  const [row] = await session.query<{ seq: number }>('SELECT seq FROM schema_migration_snapshot');
  return row?.seq;
}
