import { createHash } from 'node:crypto';
import type { Mark } from './terraform-plan';

/** Longest value that is shown whole. */
const MAX_LENGTH = 160;

/** Names that hold secrets, whatever the provider says about them. */
const SECRET_NAME = /password|passwd|secret|token|private_key|credential|user_data/i;

/** A password inside a URL, as in `mysql://app:password@host/db`. */
const URL_PASSWORD = /(:\/\/[^/\s:@]+:)[^@\s/]+@/g;

export const KNOWN_AFTER_APPLY = '(known after apply)';

/** Where a value stands and what Terraform says about it. */
export interface ValueContext {
  /** Path inside the resource, e.g. `root_block_device[0].volume_size`. */
  readonly path: string;
  readonly sensitive: boolean;
  readonly unknown: boolean;
}

/**
 * A value as it may be shown to everybody who reads a pull request: secrets are masked, user data is a digest,
 * and long values are cut in the middle.
 */
export function shownValue(value: unknown, context: ValueContext): string {
  if (context.unknown) return KNOWN_AFTER_APPLY;
  if (value === null || value === undefined) return '(none)';
  if (isUserData(context.path) && typeof value === 'string') return digest(value);
  if (context.sensitive) return '(sensitive)';
  if (typeof value === 'boolean') return String(value);
  if (SECRET_NAME.test(context.path)) return '(masked)';
  return shorten(JSON.stringify(value).replace(URL_PASSWORD, '$1***@'));
}

/** Whether any part of a value carries the mark. */
export function isMarked(mark: Mark): boolean {
  if (typeof mark === 'boolean') return mark;
  if (mark === null || mark === undefined) return false;
  return Object.values(mark).some(isMarked);
}

/** The mark of a part; a marked whole marks its parts. */
export function markAt(mark: Mark, key: string | number): Mark {
  if (typeof mark === 'boolean' || mark === null || mark === undefined) return mark;
  return (mark as Readonly<Record<string | number, Mark>>)[key];
}

function isUserData(path: string): boolean {
  return /(^|\.)user_data(_base64)?$/.test(path);
}

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 12)} (${Buffer.byteLength(text)} bytes)`;
}

function shorten(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const half = (MAX_LENGTH - 3) / 2;
  return `${text.slice(0, Math.ceil(half))}...${text.slice(-Math.floor(half))}`;
}
