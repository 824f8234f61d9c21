/** A part of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Where in an object or array the reader is. */
interface Level {
  readonly array: boolean;
  key: string;
  /** Whether the next string is a key. */
  atKey: boolean;
}

/**
 * Where the string at a path of a JSON document stands, without its quotes; undefined when there is none.
 * JSON.parse would find it too, but not say where, and to write the document anew would lose its formatting.
 *
 * @param text  a JSON document that JSON.parse accepts
 */
export function locateJsonString(text: string, path: readonly string[]): Span | undefined {
  const levels: Level[] = [];
  let found: Span | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ array: token === '[', key: '0', atKey: token === '{' });
    } else if (token === '}' || token === ']') {
      levels.pop();
    } else if (token === ',' && level) {
      if (level.array) level.key = String(Number(level.key) + 1);
      level.atKey = !level.array;
    } else if (token.startsWith('"')) {
      if (level?.atKey) {
        level.key = JSON.parse(token) as string;
        level.atKey = false;
      } else if (isAt(path, levels)) {
        // Of two equal keys the last one counts, as for JSON.parse.
        found = { start: index + 1, end: index + token.length - 1 };
      }
    }
  }
  return found;
}

function isAt(path: readonly string[], levels: readonly Level[]): boolean {
  return path.length === levels.length && levels.every(({ key }, depth) => key === path[depth]);
}
