import { isDeepStrictEqual } from 'node:util';
import type { Release, ServiceFile } from '../release/release';

/** A difference between two releases. */
export interface ReleaseChange {
  /** Service, or `routes`, `hooks`, ... */
  readonly part: string;
  /** What differs, in words; values of variables are not among them. */
  readonly what: string;
}

/** What a release would change; nothing when it would change nothing. `before` is undefined for the first one. */
export function releaseChanges(before: Release | undefined, after: Release): readonly ReleaseChange[] {
  const [old, fresh] = [before?.stack.services ?? {}, after.stack.services];
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  return [...names.flatMap(name => serviceChanges(name, old[name], fresh[name])), ...ruleChanges(before, after)];
}

function serviceChanges(part: string, old: ServiceFile | undefined, fresh: ServiceFile | undefined): ReleaseChange[] {
  if (fresh === undefined) return [{ part, what: 'is removed' }];
  if (old === undefined) return [{ part, what: `is new: ${fresh.image}` }];
  const others = keysOf(old, fresh).filter(key => !['image', 'environment', 'deploy'].includes(key));
  const changes = [
    ...(old.image === fresh.image ? [] : [`image ${shortImage(old.image)} -> ${shortImage(fresh.image)}`]),
    ...variableChanges(old.environment ?? {}, fresh.environment ?? {}),
    ...deployChanges(old, fresh),
    ...changed(others, old, fresh),
  ];
  return changes.map(what => ({ part, what }));
}

function variableChanges(old: Readonly<Record<string, string>>, fresh: Readonly<Record<string, string>>): string[] {
  return keysOf(old, fresh)
    .filter(key => old[key] !== fresh[key])
    .map(
      key => `variable ${key} ${old[key] === undefined ? 'added' : fresh[key] === undefined ? 'removed' : 'changed'}`,
    );
}

function deployChanges({ deploy: old }: ServiceFile, { deploy: fresh }: ServiceFile): string[] {
  const count = [old.replicas ?? 1, fresh.replicas ?? 1];
  const rest = keysOf(old, fresh).filter(key => key !== 'replicas');
  return [...(count[0] === count[1] ? [] : [`tasks ${count.join(' -> ')}`]), ...changed(rest, old, fresh)];
}

/** Rules that say how a release goes; who wants it and what it is called are none. */
function ruleChanges(before: Release | undefined, after: Release): ReleaseChange[] {
  if (before === undefined) return [];
  const named = ['stack', 'version', 'commit', 'by', 'reason', 'runUrl', 'migrationLevel', 'stages', 'pause', 'canary'];
  const [old, fresh] = [before.manifest, after.manifest];
  const rules = keysOf(old, fresh).filter(key => !named.includes(key));
  const files = keysOf(before.stack, after.stack).filter(key => key !== 'services');
  return [
    ...changed(rules, old, fresh).map(what => ({ part: 'release', what })),
    ...changed(files, before.stack, after.stack).map(what => ({ part: 'stack', what })),
  ];
}

function changed(keys: readonly string[], old: object, fresh: object): string[] {
  const [before, after] = [new Map(Object.entries(old)), new Map(Object.entries(fresh))];
  return keys.filter(key => !isDeepStrictEqual(before.get(key), after.get(key))).map(key => `${key} changed`);
}

function keysOf(old: object, fresh: object): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort();
}

/** Without the registry, and with as much of the digest as people compare. */
function shortImage(image: string): string {
  const [name = '', digest = ''] = image.slice(image.lastIndexOf('/') + 1).split('@');
  return `${name}@${digest.slice(0, 'sha256:'.length + 12)}`;
}
