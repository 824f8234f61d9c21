import type { DbParameterGroupParameter } from '@cdktf/provider-aws/lib/db-parameter-group';

/** Connections that a `micro` database accepts. */
export const MICRO_CONNECTIONS = 60;

/** Settings of every server; all of them can be changed while it runs. */
const COMMON: Readonly<Record<string, string>> = {
  require_secure_transport: '1',
  character_set_server: 'utf8mb4',
  // Known to MySQL and to MariaDB, so that a copy of the schema can be rehearsed on either.
  collation_server: 'utf8mb4_unicode_ci',
  slow_query_log: '1',
  long_query_time: '1',
  // Into files, which is where the export to CloudWatch reads. The alternative fills tables of the database.
  log_output: 'FILE',
};

export function isMicro(instanceClass: string): boolean {
  return instanceClass.endsWith('.micro');
}

/**
 * The parameters that differ from what RDS sets for MySQL 8.4.
 *
 * On a `micro` (1 GiB) memory is what runs out first: the number of connections is fixed, so that too many of them are refused
 * instead of ending the server, and the performance schema stays off. Larger classes keep RDS's own formula, which
 * follows their memory; a number fixed here would throttle them unseen.
 */
export function parametersFor(instanceClass: string): DbParameterGroupParameter[] {
  const micro = isMicro(instanceClass);
  const atOnce = { ...COMMON, ...(micro && { max_connections: String(MICRO_CONNECTIONS) }) };
  // Static: the server reads it at its start only, and RDS refuses to apply it at once.
  const atReboot = { ...(micro && { performance_schema: '0' }) };
  return [...withMethod(atOnce, 'immediate'), ...withMethod(atReboot, 'pending-reboot')];
}

function withMethod(settings: Readonly<Record<string, string>>, applyMethod: string): DbParameterGroupParameter[] {
  return Object.entries(settings).map(([name, value]) => ({ name, value, applyMethod }));
}
