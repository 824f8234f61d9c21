import type { ContextVariable, ContextVariables } from './context-variables';

/** What a context has of what it needs. */
export interface ContextReport {
  readonly context: string;
  /** Whether CircleCI has it. */
  readonly exists: boolean;
  readonly present: readonly string[];
  readonly missing: readonly ContextVariable[];
}

/** Compares what is needed with what there is: names of variables by name of context. */
export function contextReport(
  needed: readonly ContextVariables[],
  found: ReadonlyMap<string, readonly string[]>,
): readonly ContextReport[] {
  return needed.map(({ context, variables }) => {
    const names = found.get(context);
    return {
      context,
      exists: names !== undefined,
      present: variables.map(({ name }) => name).filter(name => names?.includes(name)),
      missing: variables.filter(({ name }) => !names?.includes(name)),
    };
  });
}

/** One line a context and one a missing variable. */
export function renderContextReport(reports: readonly ContextReport[]): string {
  return reports
    .flatMap(({ context, exists, present, missing }) => [
      `${context}: ${exists ? summary(present, missing) : 'there is no such context'}`,
      ...missing.map(({ name, what }) => `  missing: ${name} (${what})`),
    ])
    .join('\n');
}

function summary(present: readonly string[], missing: readonly ContextVariable[]): string {
  if (present.length + missing.length === 0) return 'needs no variable';
  return present.length === 0 ? 'has none of what it needs' : `has ${present.join(', ')}`;
}
