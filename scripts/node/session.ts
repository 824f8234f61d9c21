import { type LockOwner, StackLock } from './adapters/stack-lock';
import type { StackFolder } from './adapters/stack-folder';
import { endInterrupted } from './interrupted';
import type { World } from './world';

/** Who asks for a change, as the words of the client say. */
export interface Asker {
  readonly verb: string;
  readonly by: string;
  readonly reason?: string;
  readonly runUrl?: string;
}

/**
 * The asker as owner of the lock.
 *
 * @param what  words to add to the verb
 */
export function ownerOf({ verb, by, reason, runUrl }: Asker, what = ''): LockOwner {
  const details = { ...(reason !== undefined && { reason }), ...(runUrl !== undefined && { runUrl }) };
  return { verb: `${verb} ${what}`.trim(), by, ...details };
}

/**
 * Works on a stack alone: takes the lock, ends what an interrupted run has left, does the work, and writes into the audit what
 * was asked for and what came of it.
 */
export async function alone<T>(
  world: World,
  folder: StackFolder,
  owner: LockOwner,
  work: () => Promise<T>,
): Promise<T> {
  const lock = new StackLock(folder, world.now);
  const audit = (what: string) => folder.addAudit({ at: world.now().toISOString(), ...owner, what });
  const dead = await lock.acquire(owner);
  try {
    if (dead !== undefined) {
      audit(`took over the lock of ${dead.by} (${dead.verb} since ${dead.since}), whose process is gone`);
    }
    await endInterrupted(world, folder);
    const result = await work();
    audit('done');
    return result;
  } catch (error) {
    audit(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    lock.release();
  }
}
