import type { Finding } from './lint-finding';
import type { AllowedRule } from './directives';
import type { MigrationFile } from './migration-files';

/** The rules of `slipway migrate lint`: what each refuses, as its users read it. */
export const LINT_RULES = {
  'if-exists': 'IF [NOT] EXISTS does nothing when the schema is not as expected, instead of saying so',
  'without-where': 'UPDATE or DELETE of every row of a table',
  'backfill-beside-ddl': 'rows are changed beside ALTER TABLE: when one fails, the other is done and stays',
  'removes-in-expand': 'a table or column goes away while the running release still uses it',
  'narrows-in-expand': 'a column refuses what the running release may write',
  'not-null-without-default': 'the running release inserts rows without the column',
  'foreign-key-with-checks': 'adding the key copies the table and checks every row, writes blocked',
  'no-primary-key': 'a table without a primary key is slow to replicate and cannot be changed online',
  copy: 'the server copies the table, writes blocked',
  'blocks-writes': 'the server changes the table in place, writes blocked',
  'contract-beside-expand': 'a contract step in the same release as its expand',
} as const;

/** What an online tool does instead of the server. */
const COPIED: readonly LintRule[] = ['copy', 'blocks-writes', 'foreign-key-with-checks'];

type LintRule = keyof typeof LINT_RULES;

/** A finding before it is known whether the file allows it. */
export interface LintRemark {
  readonly rule: LintRule;
  readonly line: number;
  readonly message: string;
  readonly next: string;
}

/** Remarks on a file as findings: allowed ones are kept as notes, with the reason that was given. */
export function judged(file: MigrationFile, remarks: readonly LintRemark[]): Finding[] {
  const { allow, online } = file.directives;
  const findings = remarks.map((remark): Finding => {
    const copied =
      online && COPIED.includes(remark.rule) ? { reason: `${online} copies it while it is used` } : undefined;
    const allowed = copied ?? allow.find(({ rule }) => rule === remark.rule);
    const common = { rule: remark.rule, file: file.name, line: remark.line };
    if (allowed === undefined) {
      const next = `${remark.next}; or begin the file with "-- allow: ${remark.rule} <reason>"`;
      return { ...common, level: 'refused', message: remark.message, lines: [], next };
    }
    return { ...common, level: 'note', message: `${remark.message}; allowed: ${allowed.reason}`, lines: [], next: '' };
  });
  return [...findings, ...allow.filter(({ rule }) => !isKnown(rule)).map(allowed => unknownRule(file, allowed))];
}

/** A waiver that nothing needs would hide the next thing. */
export function unusedWaivers(file: MigrationFile, findings: readonly Finding[]): Finding[] {
  const used = new Set(findings.filter(finding => finding.file === file.name).map(({ rule }) => rule));
  return file.directives.allow
    .filter(({ rule }) => isKnown(rule) && !used.has(rule))
    .map(({ rule }) => ({
      level: 'note',
      rule,
      file: file.name,
      line: 1,
      message: `allows ${rule}, which nothing in the file needs`,
      lines: [],
      next: 'remove the line',
    }));
}

function isKnown(rule: string): rule is LintRule {
  return Object.hasOwn(LINT_RULES, rule);
}

function unknownRule(file: MigrationFile, { rule }: AllowedRule): Finding {
  return {
    level: 'refused',
    rule: 'unknown-rule',
    file: file.name,
    line: 1,
    message: `allows ${rule}, which is no rule`,
    lines: [],
    next: `the rules are ${Object.keys(LINT_RULES).join(', ')}`,
  };
}
