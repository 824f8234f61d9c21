import type { BumpFile } from '../../../stacks/environments/bump-file';
import { SlipwayError } from '../slipway-error';
import { locateJsonString, type Span } from './json-string';

const NEXT = 'correct `versions.files` in stacks/environments/application.ts';

/** The version that a file holds. */
export function versionIn(file: BumpFile, text: string): string {
  const { start, end } = locate(file, text);
  return text.slice(start, end);
}

/** The file's text with another version in it, and nothing else changed. */
export function withVersion(file: BumpFile, text: string, version: string): string {
  const { start, end } = locate(file, text);
  return text.slice(0, start) + version + text.slice(end);
}

function locate(bump: BumpFile, text: string): Span {
  if ('json' in bump) return inJson(bump, text);
  if ('pattern' in bump) return byPattern(bump, text);
  const start = text.length - text.trimStart().length;
  return { start, end: Math.max(start, text.trimEnd().length) };
}

function inJson({ file, json }: Extract<BumpFile, { json: unknown }>, text: string): Span {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new SlipwayError(`${file} is not JSON (${(error as Error).message}); ${NEXT}`);
  }
  const span = locateJsonString(text, json);
  if (span) return span;
  throw new SlipwayError(`${file} has no string at ${JSON.stringify(json)}; ${NEXT}`);
}

function byPattern({ file, pattern }: Extract<BumpFile, { pattern: unknown }>, text: string): Span {
  const flags = [...new Set(`${pattern.flags}dg`)].join('');
  const matches = [...text.matchAll(new RegExp(pattern.source, flags))];
  const [start, end] = matches[0]?.indices?.[1] ?? [];
  if (matches.length === 1 && start !== undefined && end !== undefined) return { start, end };
  const found = matches.length === 1 ? 'has no group' : `fits ${matches.length} times`;
  throw new SlipwayError(`${String(pattern)} ${found} in ${file}, allowed is once, with one group; ${NEXT}`);
}
