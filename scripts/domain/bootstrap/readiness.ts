/** What a node writes about its own boot: `{"state":"booting","step":"docker","message":"...","at":"2026-01-31T12:00:00Z"}`. */
export interface Readiness {
  readonly state: 'booting' | 'ready' | 'failed';
  readonly step: string;
  readonly message: string;
  readonly at: string;
}

const STATES: readonly unknown[] = ['booting', 'ready', 'failed'];

/** Reads the file; undefined for one that is not as agreed, e.g. half written. */
export function parseReadiness(text: string): Readiness | undefined {
  const value = objectOf(text);
  if (!value || !STATES.includes(value['state'])) return undefined;
  const textOf = (key: string) => (typeof value[key] === 'string' ? value[key] : '');
  return {
    state: value['state'] as Readiness['state'],
    step: textOf('step'),
    message: textOf('message'),
    at: textOf('at'),
  };
}

/** The step with its message, for a line of the log. */
export function describeReadiness({ state, step, message, at }: Readiness): string {
  return [`${state}${step && ` at step "${step}"`}`, ...(message ? [message] : []), ...(at ? [`(${at})`] : [])].join(
    ' ',
  );
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
