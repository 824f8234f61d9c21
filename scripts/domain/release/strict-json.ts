import type { Place } from './place';

/** Keys that mean something to JavaScript itself wherever an object is looked at by name. */
const DANGEROUS_KEYS: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/**
 * Parses JSON, and nothing that two readers could take for two things: a key that is there twice is refused, where
 * `JSON.parse` would take the last one and another reader the first.
 */
export function parseStrictJson(text: string, place: Place): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    // The reason quotes the text, which may be long and may hold secrets: only the position is passed on.
    const position = /position \d+/.exec(reason)?.[0];
    throw place.malformed(`is not JSON${position === undefined ? '' : `, see ${position}`}`);
  }
  checkKeys(text, place);
  return value;
}

/** Walks over text that is known to be JSON, with the keys of every object that is open. */
function checkKeys(text: string, place: Place): void {
  const open: (Set<string> | undefined)[] = [];
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (letter === '{') open.push(new Set());
    else if (letter === '[') open.push(undefined);
    else if (letter === '}' || letter === ']') open.pop();
    else if (letter === '"') {
      const end = endOfString(text, index);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) checkKey(JSON.parse(text.slice(index, end)) as string, keys, place);
      index = end - 1;
    }
  }
}

/** In an object, what stands before a colon is a key. */
function isKey(text: string, end: number): boolean {
  let index = end;
  while (/\s/.test(text[index] ?? '')) index++;
  return text[index] === ':';
}

function checkKey(key: string, keys: Set<string>, place: Place): void {
  if (DANGEROUS_KEYS.includes(key)) throw place.at(key).malformed('is not known, and no name for anything here');
  if (keys.has(key)) throw place.malformed(`has the key ${JSON.stringify(key).slice(0, 80)} twice in one object`);
  keys.add(key);
}

/** Index after the closing quote. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index + 1;
}
