/** `skipped` is neither good nor bad: what would be looked at is not there yet, or cannot be looked at from here. */
export type State = 'ok' | 'not ok' | 'skipped';

/** The answer to one question about the state of things. */
export interface Finding {
  readonly name: string;
  readonly state: State;
  /** What was found, with the value. */
  readonly detail: string;
  /** What to type or edit now. Every `not ok` has it. */
  readonly next?: string;
}

export function ok(name: string, detail: string): Finding {
  return { name, state: 'ok', detail };
}

export function notOk(name: string, detail: string, next: string): Finding {
  return { name, state: 'not ok', detail, next };
}

export function skipped(name: string, detail: string): Finding {
  return { name, state: 'skipped', detail };
}

/** What was found, on one line, the states below each other: `not ok   quota: 190 of 200 recipients`. */
export function stateLine({ state, name, detail }: Finding): string {
  return `${state.padEnd(8)} ${name}: ${detail}`;
}

/** The same with what to do about it. */
export function findingLine(finding: Finding): string {
  return stateLine(finding) + (finding.next === undefined ? '' : `; ${finding.next}`);
}
