import { ExitCode } from '../exit-code';
import type { Release } from '../release/release';
import { SlipwayError } from '../slipway-error';
import { describeSize, parseSize } from './size';
import type { Unit } from './units';

/** What is left on the node, in bytes. */
export interface FreeMemory {
  readonly memory: number;
  readonly swap: number;
}

export interface StrategyQuestion {
  readonly wanted: 'auto' | 'colours' | 'rolling';
  /** Memory limits of all tasks that would run beside the live ones. */
  readonly memoryBytesNeeded: number;
  /** Memory limit of the biggest of them: what a rolling update needs at a time. */
  readonly biggestTaskBytes: number;
  readonly available: FreeMemory;
}

export interface StrategyAnswer {
  readonly strategy: 'colours' | 'rolling';
  /** What a person should know about it. */
  readonly says?: string;
}

/** Below this share of free space an engine soon can neither pull nor write a log. */
const FREE_SHARE = 0.15;

/**
 * Whether the new tasks fit beside the live ones.
 *
 * Swap counts half: what waits for its turn may be swapped out, what serves should not be.
 *
 * @throws SlipwayError (exit code 5) when not even one more task fits
 */
export function chooseStrategy({
  wanted,
  memoryBytesNeeded,
  biggestTaskBytes,
  available,
}: StrategyQuestion): StrategyAnswer {
  const free = available.memory + available.swap / 2;
  const figures = (needed: number) => `${describeSize(needed)} needed, ${describeSize(free)} free`;
  if (wanted !== 'rolling' && memoryBytesNeeded <= free) return { strategy: 'colours' };
  if (wanted === 'colours') {
    throw short(
      `two colours do not fit on this node: ${figures(memoryBytesNeeded)}`,
      'set strategy to auto, or take a bigger node',
    );
  }
  if (biggestTaskBytes > free) {
    throw short(
      `no further task fits on this node: ${figures(biggestTaskBytes)}`,
      'lower the memory limits, or take a bigger node',
    );
  }
  if (wanted === 'rolling') return { strategy: 'rolling' };
  return {
    strategy: 'rolling',
    says: `two colours do not fit (${figures(memoryBytesNeeded)}): task by task instead, and the public may meet the new release before it is checked`,
  };
}

/**
 * Memory limits of all tasks of units, in bytes.
 *
 * @param counts  tasks by service, where they are other than the release says
 */
export function memoryOf(
  release: Release,
  units: readonly Unit[],
  counts: Readonly<Record<string, number>> = {},
): number {
  return limits(release, units).reduce((sum, { name, bytes, replicas }) => sum + bytes * (counts[name] ?? replicas), 0);
}

/** The biggest memory limit of units' tasks, in bytes. */
export function biggestTaskBytes(release: Release, units: readonly Unit[]): number {
  return Math.max(0, ...limits(release, units).map(({ bytes }) => bytes));
}

/** @throws SlipwayError (exit code 5) when a pull could fill the disk */
export function assertDisk({ free, total }: { readonly free: number; readonly total: number }): void {
  if (free >= total * FREE_SHARE) return;
  const share = Math.floor((free / total) * 100);
  throw short(
    `the disk of the node is ${100 - share} % full (${describeSize(free)} of ${describeSize(total)} free)`,
    `at least ${FREE_SHARE * 100} % must be free: run \`prune\`, or enlarge the volume`,
  );
}

function limits({ stack }: Release, units: readonly Unit[]): { name: string; bytes: number; replicas: number }[] {
  return units.flatMap(({ services }) =>
    services.flatMap(name => {
      const deploy = stack.services[name]?.deploy;
      return deploy === undefined
        ? []
        : [{ name, bytes: parseSize(deploy.resources.limits.memory) ?? 0, replicas: deploy.replicas ?? 1 }];
    }),
  );
}

function short(what: string, next: string): SlipwayError {
  return new SlipwayError(`${what}; ${next}`, ExitCode.VerificationFailed);
}
