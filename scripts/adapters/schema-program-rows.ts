import type { StoredProgram } from '../domain/migration/fingerprint-schema';

export interface ViewRow {
  readonly name: string;
  readonly body: string;
  readonly checkOption: string;
  readonly security: string;
}

/** What the session that created a program leaves in it. */
interface CreationRow {
  readonly sqlMode: string;
  readonly charset: string;
  readonly collation: string;
}

export interface TriggerRow extends CreationRow {
  readonly name: string;
  readonly tableName: string;
  readonly timing: string;
  readonly event: string;
  readonly position: number;
  readonly body: string;
}

export interface RoutineRow extends CreationRow {
  readonly name: string;
  readonly kind: 'PROCEDURE' | 'FUNCTION';
  readonly returns: string | null;
  readonly body: string | null;
  readonly isDeterministic: string;
  readonly access: string;
  readonly security: string;
  readonly comment: string;
}

export interface ParameterRow {
  readonly routine: string;
  readonly kind: string;
  readonly mode: string | null;
  readonly name: string;
  readonly type: string;
}

export interface EventRow extends CreationRow {
  readonly name: string;
  readonly body: string;
  readonly type: string;
  readonly amount: string | null;
  readonly unit: string | null;
  readonly executeAt: string | Date | null;
  readonly ends: string | Date | null;
  readonly status: string;
  readonly completion: string;
  readonly comment: string;
}

/** The server writes the name of the schema into a view; another schema's view of the same text is the same view. */
export function viewOf(row: ViewRow, schema: string): StoredProgram {
  return {
    kind: 'view',
    name: row.name,
    properties: [`check option ${row.checkOption.toLowerCase()}, sql security ${row.security.toLowerCase()}`],
    body: row.body.replaceAll(`\`${schema}\`.`, ''),
  };
}

export function triggerOf(row: TriggerRow): StoredProgram {
  const when = `${row.timing} ${row.event}`.toLowerCase();
  return {
    kind: 'trigger',
    name: row.name,
    properties: [`${when} on ${row.tableName}, number ${row.position}`, ...creation(row)],
    body: row.body,
  };
}

export function routineOf(row: RoutineRow, parameters: readonly ParameterRow[]): StoredProgram {
  const own = parameters.filter(({ routine, kind }) => routine === row.name && kind === row.kind);
  const taken = own.map(({ mode, name, type }) => [mode ?? '', name, type].join(' ').trim().toLowerCase());
  const access = `${row.access.toLowerCase()}, sql security ${row.security.toLowerCase()}`;
  return {
    kind: row.kind === 'PROCEDURE' ? 'procedure' : 'function',
    name: row.name,
    properties: [
      `takes (${taken.join(', ')})${row.kind === 'FUNCTION' ? ` returns ${row.returns ?? ''}` : ''}`,
      `deterministic ${row.isDeterministic.toLowerCase()}, ${access}`,
      ...(row.comment === '' ? [] : [`comment ${row.comment.replaceAll('\n', '\\n')}`]),
      ...creation(row),
    ],
    body: row.body ?? '',
  };
}

export function eventOf(row: EventRow): StoredProgram {
  const once = `at ${String(row.executeAt)}`;
  const every = `every ${row.amount ?? ''} ${row.unit ?? ''}`.toLowerCase();
  const ends = row.ends === null ? '' : `, ends ${String(row.ends)}`;
  return {
    kind: 'event',
    name: row.name,
    properties: [
      `${row.type === 'RECURRING' ? every : once}${ends}`,
      `${row.status.toLowerCase()}, on completion ${row.completion.toLowerCase()}`,
      ...(row.comment === '' ? [] : [`comment ${row.comment.replaceAll('\n', '\\n')}`]),
      ...creation(row),
    ],
    body: row.body,
  };
}

function creation(row: CreationRow): string[] {
  return [`sql mode ${row.sqlMode.toLowerCase()}`, `charset ${row.charset}, collation ${row.collation}`];
}
