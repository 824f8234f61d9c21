/** What differs in one object of two schemas. */
export interface SchemaDifference {
  /** E.g. `table engine4_users`. */
  readonly object: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** The lines that differ, marked `-` (only before) and `+` (only after). */
  readonly lines: readonly string[];
}

/** What turns the one text of a schema (`schemaText`) into the other, object by object. */
export function schemaDifferences(before: string, after: string): SchemaDifference[] {
  if (before === after) return [];
  const old = objectsOf(before);
  const current = objectsOf(after);
  const names = [...new Set([...old.keys(), ...current.keys()])].sort();
  return names.flatMap((object): SchemaDifference[] => {
    const was = old.get(object);
    const is = current.get(object);
    if (was === undefined) return [{ object, change: 'added', lines: marked('+', is ?? []) }];
    if (is === undefined) return [{ object, change: 'removed', lines: marked('-', was) }];
    const lines = lineDiff(was, is);
    return lines.length === 0 ? [] : [{ object, change: 'changed', lines }];
  });
}

/** As lines for a person. */
export function renderDifferences(differences: readonly SchemaDifference[]): string[] {
  return differences.flatMap(({ object, change, lines }) => [
    change === 'changed' ? object : `${object} (${change})`,
    ...lines.map(line => `  ${line}`),
  ]);
}

/** The objects of a text by their first line, which stands at the margin. */
function objectsOf(text: string): Map<string, string[]> {
  const objects = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith(' ')) {
      lines.push(line.slice(2));
    } else if (line !== '') {
      lines = [];
      objects.set(line, lines);
    }
  }
  return objects;
}

function marked(mark: '-' | '+', lines: readonly string[]): string[] {
  return lines.map(line => `${mark} ${line}`);
}

/** The shortest edit between two lists, without the lines that stay. */
function lineDiff(before: readonly string[], after: readonly string[]): string[] {
  const common = commonLengths(before, after);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [was, is] = [before[i], after[j]];
    if (was !== undefined && was === is) {
      [i, j] = [i + 1, j + 1];
    } else if (is === undefined || (was !== undefined && lengthAt(common, i + 1, j) >= lengthAt(common, i, j + 1))) {
      lines.push(`- ${was ?? ''}`);
      i += 1;
    } else {
      lines.push(`+ ${is}`);
      j += 1;
    }
  }
  return lines;
}

/** At [i][j], how many lines the rests from i and from j have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row === undefined) continue;
      row[j] =
        before[i] === after[j]
          ? lengthAt(lengths, i + 1, j + 1) + 1
          : Math.max(lengthAt(lengths, i + 1, j), lengthAt(lengths, i, j + 1));
    }
  }
  return lengths;
}

function lengthAt(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
