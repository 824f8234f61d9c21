import { checkRelease } from './check-release';
import type { NodeSettings } from './node-settings';
import { Place } from './place';
import { readManifest } from './read-manifest';
import { readStack } from './read-stack';
import { object, oneOf } from './reader';
import type { Release } from './release';
import { parseStrictJson } from './strict-json';

/** A release is text that people review; what is larger belongs into an image. */
export const MAX_RELEASE_BYTES = 1024 * 1024;

const readRelease = object<Release>({ format: oneOf(1), manifest: readManifest, stack: readStack });

/**
 * Takes a release from outside for what it is, or refuses it: nothing unknown is passed on, and nothing that would give a
 * container more of the node than a container needs.
 *
 * @throws SlipwayError 2 for what is malformed, 9 for what is not allowed on this node
 */
export function parseRelease(text: string, node: NodeSettings): Release {
  const place = new Place('', 'correct the release and hand it in again');
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_RELEASE_BYTES) throw place.malformed(`has ${bytes} bytes, allowed are ${MAX_RELEASE_BYTES}`);
  const release = readRelease(parseStrictJson(text, place), place);
  checkRelease(release, node, place);
  return release;
}
