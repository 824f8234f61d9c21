import { MigrationError } from './migration-error';

/** A lint rule that a file may break, with the reason. */
export interface AllowedRule {
  readonly rule: string;
  readonly reason: string;
}

/** What the first comment of a file tells the tool. */
export interface Directives {
  /** `-- allow: <rule> <reason>`, any number of them. */
  readonly allow: readonly AllowedRule[];
  /** `-- irreversible: <reason>`, in a rollback: what it cannot bring back. */
  readonly irreversible?: string;
  /** `-- phase: expand|contract`. */
  readonly phase?: 'expand' | 'contract';
  /** `-- timeout: 30m`: a statement that takes longer is ended. */
  readonly timeoutSeconds?: number;
  /** `-- online: pt-osc|gh-ost`: who changes the table when the server cannot do it at once. */
  readonly online?: OnlineTool;
}

/** A tool that copies a table while it is used. */
export type OnlineTool = 'pt-osc' | 'gh-ost';

const DIRECTIVE = /^--\s+(allow|irreversible|phase|timeout|online):(.*)$/;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Reads the directives from the first comment of a file; later comments are comments.
 *
 * @param head  the first bytes of the file as text
 */
export function parseDirectives(head: string, file: string): Directives {
  const allow: AllowedRule[] = [];
  const found: { -readonly [Name in keyof Omit<Directives, 'allow'>]: Directives[Name] } = {};
  for (const [index, line] of firstComment(head).entries()) {
    const match = DIRECTIVE.exec(line.trim());
    if (!match) continue;
    const [, name = '', rest = ''] = match;
    const value = rest.trim();
    const place = `${file}:${index + 1}: -- ${name}:`;
    if (name === 'allow') allow.push(allowedRule(value, place));
    else if (name === 'irreversible') found.irreversible = reason(value, place);
    else if (name === 'phase') found.phase = phase(value, place);
    else if (name === 'timeout') found.timeoutSeconds = seconds(value, place);
    else found.online = onlineTool(value, place);
  }
  return { allow, ...found };
}

function firstComment(head: string): string[] {
  const lines = head.split('\n');
  const begin = lines.findIndex(line => line.trim() !== '');
  const length = lines.slice(Math.max(begin, 0)).findIndex(line => !line.trim().startsWith('--'));
  return lines.slice(0, length === -1 ? lines.length : begin + length);
}

function allowedRule(value: string, place: string): AllowedRule {
  const match = /^([a-z][a-z0-9-]*)\s+(\S.*)$/.exec(value);
  if (!match)
    throw refusal(`${place} allowed is a rule and the reason, e.g. "-- allow: drop-column no release reads it"`);
  const [, rule = '', why = ''] = match;
  return { rule, reason: why };
}

function reason(value: string, place: string): string {
  if (value === '') throw refusal(`${place} say in a few words what is lost`);
  return value;
}

function phase(value: string, place: string): 'expand' | 'contract' {
  if (value !== 'expand' && value !== 'contract') throw refusal(`${place} allowed is expand or contract`);
  return value;
}

function onlineTool(value: string, place: string): OnlineTool {
  if (value !== 'pt-osc' && value !== 'gh-ost') throw refusal(`${place} allowed is pt-osc or gh-ost`);
  return value;
}

function seconds(value: string, place: string): number {
  const match = /^([1-9]\d{0,5})(s|m|h)$/.exec(value);
  if (!match) throw refusal(`${place} allowed is a time such as 90s, 30m or 2h`);
  return Number(match[1]) * (UNIT_SECONDS[match[2] ?? ''] ?? 1);
}

function refusal(message: string): MigrationError {
  return new MigrationError('files', message, { next: 'slipway migrate check' });
}
