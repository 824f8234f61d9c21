import { ExitCode } from '../exit-code';
import { SlipwayError } from '../slipway-error';
import type { Colour } from '../swarm/units';

/** What is remembered of a release. Records are appended and never changed. */
export interface ReleaseRecord {
  /** Number on this stack, from 1. */
  readonly n: number;
  readonly stack: string;
  readonly version: string;
  readonly commit: string;
  readonly by: string;
  readonly verb: 'apply' | 'rollback' | 'resume';
  readonly reason?: string;
  readonly runUrl?: string;
  /** Version that was live before; null for the first one. */
  readonly from: string | null;
  /**
   * `done`: it became live. `failed`: nothing public was touched. `rolled back`: it was public, and is no more.
   * `interrupted`: the program was killed. `aborted`: a person decided so. `broken`: it could not be taken back.
   */
  readonly result: 'done' | 'failed' | 'rolled back' | 'interrupted' | 'aborted' | 'broken';
  /** Why it did not become live. */
  readonly message?: string;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Milliseconds by step. */
  readonly timings: Readonly<Record<string, number>>;
  /** Time in which the public health path gave no good answer, looked at twice a second. */
  readonly downtimeMs: number;
  /** Image with its digest, by service. */
  readonly images: Readonly<Record<string, string>>;
  /** Number of the newest migration that the release expects. */
  readonly migrationLevel?: number;
  /** Colour by service. */
  readonly colours: Readonly<Record<string, Colour>>;
  readonly strategy: 'colours' | 'rolling';
}

const KEEP_RELEASES = 5;

/**
 * The release to go back to.
 *
 * @param wanted  a version, or a number such as `#12`; without it, the newest good one that is not what is live
 * @throws SlipwayError (exit code 9) with what can be had
 */
export function rollbackTarget(records: readonly ReleaseRecord[], wanted?: string): ReleaseRecord {
  const good = records.filter(({ result }) => result === 'done');
  const live = good.at(-1);
  const others = good.filter(record => !isSame(record, live));
  const left = leftByRollback(good);
  const target =
    wanted === undefined
      ? others.filter(({ version }) => !left.has(version)).at(-1)
      : good.filter(record => isNamed(record, wanted)).at(-1);
  if (target !== undefined && !isSame(target, live)) return target;
  const named = new Map(others.map(record => [record.version, `${record.version} (#${record.n})`]));
  const available =
    named.size === 0 ? 'there is none yet' : `available: ${[...named.values()].reverse().slice(0, 10).join(', ')}`;
  const what =
    wanted === undefined
      ? 'no release to go back to'
      : target === undefined
        ? `no good release ${wanted}`
        : `${wanted} is live already`;
  throw new SlipwayError(`${what}; ${available}; see \`releases\``, ExitCode.Refused);
}

/**
 * The newest good release of a name.
 *
 * @param wanted  a version, or a number such as `#12`, which may also be of one that failed
 * @throws SlipwayError (exit code 9) when there is none
 */
export function namedRelease(records: readonly ReleaseRecord[], wanted: string): ReleaseRecord {
  const named = records.filter(record => isNamed(record, wanted));
  const found =
    named.filter(({ result }) => result === 'done').at(-1) ?? (wanted.startsWith('#') ? named[0] : undefined);
  if (found !== undefined) return found;
  throw new SlipwayError(`no good release ${wanted}; see \`releases\``, ExitCode.Refused);
}

/** Images of what is live and of the releases that one may want to go back to, each once. */
export function imagesToKeep(records: readonly ReleaseRecord[], keep = KEEP_RELEASES): string[] {
  const good = records.filter(({ result }) => result === 'done');
  const versions: ReleaseRecord[] = [];
  for (const record of [...good].reverse()) {
    if (!versions.some(kept => isSame(kept, record))) versions.push(record);
  }
  return [...new Set(versions.slice(0, keep).flatMap(({ images }) => Object.values(images)))];
}

/** Versions that somebody went back from and that were not released again: nobody wants them by default. */
function leftByRollback(good: readonly ReleaseRecord[]): ReadonlySet<string> {
  const left = new Set<string>();
  for (const { verb, version, from } of good) {
    left.delete(version);
    if (verb === 'rollback' && from !== null) left.add(from);
  }
  return left;
}

/** The same release, if perhaps brought to the public twice. */
function isSame(a: ReleaseRecord, b: ReleaseRecord | undefined): boolean {
  return a.version === b?.version && JSON.stringify(a.images) === JSON.stringify(b.images);
}

function isNamed({ n, version }: ReleaseRecord, wanted: string): boolean {
  return wanted.startsWith('#') ? `#${n}` === wanted : version === wanted;
}
