import { isDeepStrictEqual } from 'node:util';
import { KNOWN_AFTER_APPLY, isMarked, markAt, shownValue } from './shown-value';
import type { Change, Mark } from './terraform-plan';

/** One attribute that changes, ready to be shown. */
export interface AttributeChange {
  /** E.g. `instance_class`, `tags.Name`, `policy.Statement[0].Action`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** Whether this attribute is why the resource is replaced. */
  readonly forcesReplacement: boolean;
}

/** Two values of the same attribute, with Terraform's marks. */
interface Pair {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: Mark;
  readonly sensitive: readonly [before: Mark, after: Mark];
}

/**
 * What changes inside a resource, attribute by attribute.
 *
 * A replacement makes dozens of attributes unknown that AWS computes (id, arn, addresses); those say nothing and are
 * left out, unless one of them forces the replacement.
 */
export function attributeChanges(change: Change): AttributeChange[] {
  const forcing = (change.replace_paths ?? []).map(formatPath);
  const forces = (path: string) => forcing.some(start => path === start || /^[.[]/.test(afterPrefix(path, start)));
  const changes = differences({
    path: '',
    before: change.before ?? {},
    after: change.after ?? {},
    unknown: change.after_unknown,
    sensitive: [change.before_sensitive, change.after_sensitive],
  }).map(pair => toChange(pair, forces(pair.path)));
  const tags = new Set(changes.map(({ path }) => path).filter(path => path.startsWith('tags.')));
  return (
    changes
      .filter(
        ({ after, forcesReplacement }) => after !== KNOWN_AFTER_APPLY || forcesReplacement || !isReplacement(change),
      )
      // The provider repeats each tag, with its default tags added; a change is said once.
      .filter(({ path }) => !tags.has(path.replace(/^tags_all\./, 'tags.')) || path.startsWith('tags.'))
      .sort((a, b) => Number(b.forcesReplacement) - Number(a.forcesReplacement) || (a.path < b.path ? -1 : 1))
  );
}

/** Whether Terraform deletes an object and makes a new one for it. */
export function isReplacement(change: Change): boolean {
  return change.actions.includes('create') && change.actions.includes('delete');
}

function differences(pair: Pair): Pair[] {
  if (pair.unknown === true) return [pair];
  const [before, after] = [opened(pair.before), opened(pair.after)];
  const keys = commonKeys(before, after, pair.unknown);
  if (!keys) return isSame(before, after) && !isMarked(pair.unknown) ? [] : [pair];
  return keys.flatMap(key =>
    differences({
      path: Array.isArray(before) ? `${pair.path}[${key}]` : pair.path === '' ? key : `${pair.path}.${key}`,
      before: partOf(before, key),
      after: partOf(after, key),
      unknown: markAt(pair.unknown, key),
      sensitive: [markAt(pair.sensitive[0], key), markAt(pair.sensitive[1], key)],
    }),
  );
}

/** AWS answers with empty values where code says nothing; a provider takes one for the other. */
function isUnset(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isSame(before: unknown, after: unknown): boolean {
  return isDeepStrictEqual(before, after) || (isUnset(before) && isUnset(after));
}

/** JSON inside a string (a policy) is compared by its meaning, not by its spacing. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Keys to go into, when both sides are objects, or lists of equally many objects (a list of plain values is one value). */
function commonKeys(before: unknown, after: unknown, unknown: Mark): string[] | undefined {
  if (Array.isArray(before) && Array.isArray(after)) {
    const blocks = before.length === after.length && before.every(isObject) && after.every(isObject);
    return blocks ? [...before.keys()].map(String) : undefined;
  }
  if (!isObject(before) || !isObject(after)) return undefined;
  const unknownKeys = isObject(unknown) ? Object.keys(unknown) : [];
  return [...new Set([...Object.keys(before), ...Object.keys(after), ...unknownKeys])];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function partOf(value: unknown, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}

function toChange({ path, before, after, unknown, sensitive }: Pair, forcesReplacement: boolean): AttributeChange {
  // A value that is secret on one side is secret on the other: its old content helps to guess the new one.
  const secret = sensitive.some(isMarked);
  return {
    path,
    before: shownValue(before, { path, sensitive: secret, unknown: false }),
    after: shownValue(after, { path, sensitive: secret, unknown: isMarked(unknown) }),
    forcesReplacement,
  };
}

function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

function afterPrefix(path: string, prefix: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : '';
}
