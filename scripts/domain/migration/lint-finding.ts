/** Something to say about a migration, by `verify` or `lint`. */
export interface Finding {
  /** `failed` and `refused` end the command with an error, a `note` does not. */
  readonly level: 'failed' | 'refused' | 'note';
  /** The rule, as it is named in `-- allow: <rule> <reason>`. */
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  /** One sentence. */
  readonly message: string;
  /** What was found, line by line. */
  readonly lines: readonly string[];
  /** What to do about it. */
  readonly next: string;
}

export function isRefusal(finding: Finding): boolean {
  return finding.level !== 'note';
}

/** As text for a terminal; `file:line` is what editors make a link of. */
export function renderFinding({ level, rule, file, line, message, lines, next }: Finding): string {
  return [
    `${file}:${line}: ${level}: ${message} [${rule}]`,
    ...lines.map(text => `    ${text}`),
    ...(next === '' ? [] : [`  next: ${next}`]),
  ].join('\n');
}
