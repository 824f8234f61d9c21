import type { Place } from './place';

/** Takes a value that came from outside for what it should be, or throws what is wrong with it and where. */
export type Read<T> = (value: unknown, place: Place) => T;

interface Optional<T> {
  readonly optional: Read<T>;
}

/** A reader for each key of an object, so that no key of the type is forgotten and none is read that the type lacks. */
export type Fields<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? Optional<Exclude<T[K], undefined>> : Read<T[K]>;
};

export interface TextRules {
  readonly pattern: RegExp;
  /** The pattern in words. */
  readonly allowed: string;
  /** @default 200 */
  readonly max?: number;
}

const DEFAULT_TEXT_LENGTH = 200;
const DEFAULT_LIST_LENGTH = 100;

export function optional<T>(read: Read<T>): Optional<T> {
  return { optional: read };
}

export function text({ pattern, allowed, max = DEFAULT_TEXT_LENGTH }: TextRules): Read<string> {
  return (value, place) => {
    // The length comes first, so that no pattern ever works on a long text.
    if (typeof value === 'string' && value.length <= max && pattern.test(value)) return value;
    const isLong = typeof value === 'string' && value.length > max;
    throw place.wrong(value, isLong ? `${max} characters at most` : allowed);
  };
}

export function oneOf<const T extends string | number>(...values: readonly T[]): Read<T> {
  return (value, place) => {
    const found = values.find(candidate => candidate === value);
    if (found === undefined) throw place.wrong(value, values.join(', '));
    return found;
  };
}

export function wholeNumber(least: number, most: number): Read<number> {
  return (value, place) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw place.wrong(value, `a whole number from ${least} to ${most}`);
  };
}

export function flag(): Read<boolean> {
  return (value, place) => {
    if (typeof value === 'boolean') return value;
    throw place.wrong(value, 'true or false');
  };
}

export function list<T>(read: Read<T>, { least = 0, most = DEFAULT_LIST_LENGTH } = {}): Read<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw place.wrong(value, 'a list');
    if (value.length < least || value.length > most) {
      throw place.malformed(`has ${value.length} items, allowed are ${least} to ${most}`);
    }
    return value.map((item: unknown, index) => read(item, place.at(index)));
  };
}

/** An object with any keys of one pattern. */
export function map<T>(key: TextRules, read: Read<T>, most = DEFAULT_LIST_LENGTH): Read<Readonly<Record<string, T>>> {
  const readKey = text(key);
  return (value, place) => {
    const entries = Object.entries(objectAt(value, place));
    if (entries.length > most) throw place.malformed(`has ${entries.length} entries, allowed are ${most} at most`);
    return Object.fromEntries(entries.map(([name, item]) => [readKey(name, place), read(item, place.at(name))]));
  };
}

/**
 * An object with these keys only.
 *
 * @param refused  keys that are understood and never allowed, with the reason
 */
export function object<T>(fields: Fields<T>, refused: Readonly<Record<string, string>> = {}): Read<T> {
  const readers = Object.entries<Read<unknown> | Optional<unknown>>(fields);
  const names = readers.map(([name]) => name);
  return (value, place) => {
    const given = objectAt(value, place);
    for (const key of Object.keys(given)) {
      if (Object.hasOwn(refused, key)) throw place.at(key).refused(refused[key] ?? '');
      if (!names.includes(key)) throw place.unknown(key, names);
    }
    const read = readers.flatMap(([name, field]): [string, unknown][] => {
      const isGiven = Object.hasOwn(given, name);
      if (typeof field === 'function') return [[name, field(isGiven ? given[name] : undefined, place.at(name))]];
      return isGiven ? [[name, field.optional(given[name], place.at(name))]] : [];
    });
    return Object.fromEntries(read) as T;
  };
}

function objectAt(value: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw place.wrong(value, 'an object');
  return value as Record<string, unknown>;
}
