/** The queries of `readSchema`, which differ a little between the brands. Each takes the name of the schema. */
export interface SchemaQueries {
  readonly tables: string;
  readonly columns: string;
  readonly indexes: string;
  readonly foreignKeys: string;
  readonly foreignKeyRules: string;
  readonly checks: string;
  readonly partitions: string;
  readonly views: string;
  readonly triggers: string;
  readonly routines: string;
  readonly parameters: string;
  readonly events: string;
}

const COMMON = {
  tables: `SELECT TABLE_NAME AS name, TABLE_TYPE AS kind, ENGINE AS engine, TABLE_COLLATION AS collation,
      ROW_FORMAT AS rowFormat, CREATE_OPTIONS AS options, TABLE_COMMENT AS comment
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?`,
  columns: `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable,
      COLUMN_DEFAULT AS standard, COLLATION_NAME AS collation, EXTRA AS extra,
      GENERATION_EXPRESSION AS expression, COLUMN_COMMENT AS comment
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  // Not joined with the rules: for a join of the two, MariaDB takes ten times as long as for both.
  foreignKeys: `SELECT TABLE_NAME AS tableName, CONSTRAINT_NAME AS name, COLUMN_NAME AS part,
      REFERENCED_TABLE_SCHEMA AS targetSchema, REFERENCED_TABLE_NAME AS target, REFERENCED_COLUMN_NAME AS targetPart
    FROM information_schema.KEY_COLUMN_USAGE
    WHERE TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME IS NOT NULL
    ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`,
  foreignKeyRules: `SELECT TABLE_NAME AS tableName, CONSTRAINT_NAME AS name, DELETE_RULE AS onDelete,
      UPDATE_RULE AS onUpdate
    FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ?`,
  partitions: `SELECT TABLE_NAME AS tableName, PARTITION_NAME AS name, SUBPARTITION_NAME AS subName,
      PARTITION_METHOD AS method, PARTITION_EXPRESSION AS expression, SUBPARTITION_METHOD AS subMethod,
      SUBPARTITION_EXPRESSION AS subExpression, PARTITION_DESCRIPTION AS description, PARTITION_COMMENT AS comment
    FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = ? AND PARTITION_NAME IS NOT NULL
    ORDER BY TABLE_NAME, PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION`,
  views: `SELECT TABLE_NAME AS name, VIEW_DEFINITION AS body, CHECK_OPTION AS checkOption, SECURITY_TYPE AS security
    FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?`,
  triggers: `SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS tableName, ACTION_TIMING AS timing,
      EVENT_MANIPULATION AS event, ACTION_ORDER AS position, ACTION_STATEMENT AS body, SQL_MODE AS sqlMode,
      CHARACTER_SET_CLIENT AS charset, COLLATION_CONNECTION AS collation
    FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?`,
  routines: `SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS kind, DTD_IDENTIFIER AS returns, ROUTINE_DEFINITION AS body,
      IS_DETERMINISTIC AS isDeterministic, SQL_DATA_ACCESS AS access, SECURITY_TYPE AS security, SQL_MODE AS sqlMode,
      CHARACTER_SET_CLIENT AS charset, COLLATION_CONNECTION AS collation, ROUTINE_COMMENT AS comment
    FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?`,
  parameters: `SELECT SPECIFIC_NAME AS routine, ROUTINE_TYPE AS kind, PARAMETER_MODE AS mode, PARAMETER_NAME AS name,
      DTD_IDENTIFIER AS type
    FROM information_schema.PARAMETERS WHERE SPECIFIC_SCHEMA = ? AND ORDINAL_POSITION > 0
    ORDER BY SPECIFIC_NAME, ROUTINE_TYPE, ORDINAL_POSITION`,
  // STARTS is the moment of the CREATE unless it is given.
  events: `SELECT EVENT_NAME AS name, EVENT_DEFINITION AS body, EVENT_TYPE AS type, INTERVAL_VALUE AS amount,
      INTERVAL_FIELD AS unit, EXECUTE_AT AS executeAt, ENDS AS ends, STATUS AS status, ON_COMPLETION AS completion,
      SQL_MODE AS sqlMode, CHARACTER_SET_CLIENT AS charset, COLLATION_CONNECTION AS collation,
      EVENT_COMMENT AS comment
    FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?`,
};

function indexes(expression: string, visible: string): string {
  return `SELECT TABLE_NAME AS tableName, INDEX_NAME AS name, NON_UNIQUE AS nonUnique, COLUMN_NAME AS part,
      ${expression} AS expression, COLLATION AS direction, SUB_PART AS prefix, INDEX_TYPE AS type,
      ${visible} AS visible, INDEX_COMMENT AS comment
    FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;
}

const BRANDS: Readonly<Record<'mariadb' | 'mysql', SchemaQueries>> = {
  mariadb: {
    ...COMMON,
    indexes: indexes('NULL', "IF(IGNORED = 'NO', 'YES', 'NO')"),
    checks: `SELECT TABLE_NAME AS tableName, CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause, 'YES' AS enforced
      FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ?`,
  },
  mysql: {
    ...COMMON,
    indexes: indexes('EXPRESSION', 'IS_VISIBLE'),
    checks: `SELECT t.TABLE_NAME AS tableName, t.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS clause,
        t.ENFORCED AS enforced
      FROM information_schema.TABLE_CONSTRAINTS t
      JOIN information_schema.CHECK_CONSTRAINTS c
        ON c.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = t.CONSTRAINT_NAME
      WHERE t.TABLE_SCHEMA = ? AND t.CONSTRAINT_TYPE = 'CHECK'`,
  },
};

export function queriesFor(brand: 'mariadb' | 'mysql'): SchemaQueries {
  return BRANDS[brand];
}
