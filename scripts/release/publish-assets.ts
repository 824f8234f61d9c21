import type { AssetStore } from '../adapters/asset-store';
import type { AssetObject } from '../domain/assets/asset-file';
import { type AssetSet, leftovers, parseSet, setName, SETS } from '../domain/assets/asset-set';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';

export interface PublishPorts {
  readonly store: Pick<AssetStore, 'bucket' | 'head' | 'put' | 'write' | 'read' | 'list' | 'remove'>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface Publication {
  readonly version: string;
  readonly objects: readonly AssetObject[];
  /** Folder of the bucket that all of them are in. */
  readonly prefix: string;
  /** How many sets are kept. */
  readonly keep: number;
  /** Whether what no kept set has is removed. */
  readonly prune: boolean;
}

export interface Published {
  readonly uploaded: number;
  /** Were there already. */
  readonly unchanged: number;
  /** What no kept set has: removed with `prune`, else only counted. */
  readonly leftOver: number;
}

const AT_ONCE = 8;

/**
 * Publishes the assets of a release: what has a hash in its name first, then what refers to it, then the list of the set. Each is
 * looked at in the bucket afterwards. Nothing that another kept release needs goes.
 *
 * @throws SlipwayError with exit code 4 when the bucket does not have what it should
 */
export async function publishAssets(ports: PublishPorts, publication: Publication): Promise<Published> {
  const { version, objects, prefix, keep, prune } = publication;
  const { store, now } = ports;
  const first = objects.filter(({ hashed }) => hashed);
  const then = objects.filter(({ hashed }) => !hashed);
  const uploaded = (await publishAll(ports, first)) + (await publishAll(ports, then));
  const set: AssetSet = { version, publishedAt: now().toISOString(), keys: objects.map(({ key }) => key) };
  await store.write(setName(version), set);

  const sets = await setsIn(ports);
  const { versions, keys } = leftovers(sets, await store.list(prefix), { keep, now: now() });
  // The lists go last: a set whose list is gone could not be completed a second time.
  if (prune) await store.remove([...keys, ...versions.map(setName)]);
  return { uploaded, unchanged: objects.length - uploaded, leftOver: keys.length };
}

/** @returns how many were uploaded */
async function publishAll(ports: PublishPorts, objects: readonly AssetObject[]): Promise<number> {
  const waiting = [...objects];
  let uploaded = 0;
  const work = async () => {
    try {
      for (let object = waiting.shift(); object; object = waiting.shift()) {
        if (ports.signal.aborted) {
          throw failure('publishing assets was interrupted; type it again, what is there is not sent twice');
        }
        if (await publish(ports, object)) uploaded += 1;
      }
    } catch (error) {
      // The others finish what they are at, and nobody begins anything.
      waiting.length = 0;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return uploaded;
}

/** @returns whether it had to be uploaded */
async function publish({ store }: PublishPorts, object: AssetObject): Promise<boolean> {
  const { key, hashed, sha256 } = object;
  const there = await store.head(key);
  if (there && fits(there, object)) return false;
  if (there?.sha256 !== undefined && there.sha256 !== sha256 && hashed) {
    throw failure(
      `${key} in ${store.bucket} has another content, though its name has a hash; browsers keep it for a year: rename it`,
    );
  }
  await store.put(object);
  const now = await store.head(key);
  if (now && fits(now, object)) return true;
  throw failure(`${key} in ${store.bucket} is not what was uploaded; who else writes there? publish again`);
}

function fits(there: NonNullable<Awaited<ReturnType<AssetStore['head']>>>, object: AssetObject): boolean {
  return (
    there.sha256 === object.sha256 &&
    there.bytes === object.bytes &&
    there.contentType === object.contentType &&
    there.cacheControl === object.cacheControl
  );
}

async function setsIn({ store }: PublishPorts): Promise<AssetSet[]> {
  const sets: AssetSet[] = [];
  for (const { key } of await store.list(SETS)) {
    const set = parseSet(await store.read(key));
    if (!set) throw failure(`${key} in ${store.bucket} is no list of a set; remove it, then publish again`);
    sets.push(set);
  }
  return sets;
}

function failure(what: string): SlipwayError {
  return new SlipwayError(what, ExitCode.BuildFailed);
}
