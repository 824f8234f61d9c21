import type { StackFolder } from './adapters/stack-folder';
import type { StepLog } from './step-log';
import { keptServices } from './strays';
import type { World } from './world';

/** Ends the instant way back: the tasks of the release before go. */
export async function dropKept(world: World, folder: StackFolder, steps?: StepLog): Promise<void> {
  const current = folder.current();
  if (current.kept === undefined) return;
  steps?.note(`release #${current.kept.n} is no longer kept for an instant way back`);
  // First the promise is taken back: what a kill leaves after that, the next run finds to belong to nothing.
  folder.setCurrent({ ...current, kept: undefined });
  await world.cli.removeServices(keptServices(folder.stack, current.kept.colours));
}

export function hasExpired({ now }: World, folder: StackFolder): boolean {
  const { kept } = folder.current();
  return kept !== undefined && new Date(kept.until) <= now();
}
