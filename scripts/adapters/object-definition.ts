import { createHash } from 'node:crypto';
import type { SchemaObject } from '../domain/migration/statement-class';
import { SERVER_ERRORS, serverError } from './mysql-error';
import type { MysqlSession } from './mysql-session';

const ABSENT: ReadonlySet<number> = new Set([
  SERVER_ERRORS.unknownTable,
  SERVER_ERRORS.unknownTrigger,
  SERVER_ERRORS.unknownRoutine,
  SERVER_ERRORS.unknownEvent,
]);

const FINGERPRINT_BYTES = 16;

/** Columns of SHOW CREATE that belong to the definition; others are dates and the server's settings. */
const DEFINING = /^(Create (Table|View|Procedure|Function|Event)|SQL Original Statement|sql_mode)$/;

/** Hash of what the server says about these things; that something is absent is an answer too. */
export async function fingerprintOf(session: MysqlSession, objects: readonly SchemaObject[]): Promise<Buffer> {
  const hash = createHash('sha256');
  for (const object of objects) hash.update(`${object.kind} ${object.name}\n${await definitionOf(session, object)}\n`);
  return hash.digest().subarray(0, FINGERPRINT_BYTES);
}

async function definitionOf(session: MysqlSession, { kind, name }: SchemaObject): Promise<string> {
  try {
    const quoted = `\`${name.replaceAll('`', '``')}\``;
    const [row] = await session.query<Record<string, unknown>>(`SHOW CREATE ${kind.toUpperCase()} ${quoted}`);
    return Object.entries(row ?? {})
      .filter(([column]) => DEFINING.test(column))
      .map(([column, value]) => `${column}: ${withoutCounter(String(value))}`)
      .join('\n');
  } catch (error) {
    const { errno } = serverError(error);
    if (errno !== undefined && ABSENT.has(errno)) return 'absent';
    throw error;
  }
}

/** The next value of AUTO_INCREMENT moves with every row that the application writes. */
function withoutCounter(definition: string): string {
  return definition.replace(/^(\) .*?ENGINE=\w+) AUTO_INCREMENT=\d+/m, '$1');
}
