import { type LockOwner, StackLock } from './adapters/stack-lock';
import type { StackFolder } from './adapters/stack-folder';
import { adoptRoutes } from './adopt-routes';
import { endInterrupted } from './interrupted';
import type { Run } from './run';
import type { World } from './world';

/** Who asks for a change, as the words of the client say. */
export interface Asker {
  readonly verb: string;
  readonly by: string;
  readonly reason?: string;
  readonly runUrl?: string;
}

/** What is known to whoever works alone on a stack. */
export interface Session {
  readonly lock: StackLock;
  /** The interrupted run that had to be taken back first. */
  readonly takenBack: Run | undefined;
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
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const lock = new StackLock(folder, world.now);
  const audit = (what: string) => {
    try {
      folder.addAudit({ at: world.now().toISOString(), ...owner, what });
    } catch (error) {
      // What was done is done; a full disk must not make a failure of it.
      world.output.log(`not written into the audit: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const dead = await lock.acquire(owner);
  try {
    if (dead !== undefined) {
      audit(`took over the lock of ${dead.by} (${dead.verb} since ${dead.since}), whose process is gone`);
    }
    const takenBack = await endInterrupted(world, folder, dead !== undefined);
    await adoptRoutes(world, folder);
    const result = await work({ lock, takenBack });
    audit('done');
    return result;
  } catch (error) {
    audit(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    lock.release();
  }
}
