import { ExitCode } from '../../domain/exit-code';
import { rollbackTarget } from '../../domain/release/history';
import { SlipwayError } from '../../domain/slipway-error';
import { applyRelease } from '../apply';
import { flipToKept } from '../flip';
import { alone, type Asker, ownerOf } from '../session';
import type { World } from '../world';
import { refuseUnfinished, report } from './apply';

/**
 * `rollback`: to tasks that still run it is one rename; to any other release it is a release like any other, with the checks
 * of one.
 */
export async function rollback(
  world: World,
  stack: string,
  asker: Asker,
  wanted: string | undefined,
): Promise<ExitCode> {
  const folder = world.folder(stack);
  return alone(world, folder, ownerOf(asker, wanted), async () => {
    refuseUnfinished(folder);
    const target = rollbackTarget(folder.records(), wanted);
    const kept = folder.kept(target.n);
    if (kept === undefined) {
      throw new SlipwayError(
        `release #${target.n} is no longer on this node; take another one of \`releases\``,
        ExitCode.Refused,
      );
    }
    const flipped = await flipToKept(world, folder, target.n);
    return report(
      world,
      folder,
      kept.release,
      flipped ?? (await applyRelease(world, folder, kept.release, 'rollback')),
    );
  });
}
