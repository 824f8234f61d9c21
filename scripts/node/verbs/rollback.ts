import { ExitCode } from '../../domain/exit-code';
import { rollbackTarget } from '../../domain/release/history';
import { SlipwayError } from '../../domain/slipway-error';
import { applyRelease } from '../apply';
import { flipToKept } from '../flip';
import type { KeptRelease } from '../run';
import { alone, type Asker, ownerOf } from '../session';
import type { World } from '../world';
import { refuseUnfinished, report } from './apply';

/**
 * `rollback`: to tasks that still run it is one rename; to any other release it is a release like any other, with the checks
 * of one. Nobody waits for a decision on the way, as the release was decided on when it was first released.
 *
 * @param from  number of the release that is to be left; another one that is live by then stays
 */
export async function rollback(
  world: World,
  stack: string,
  asker: Asker,
  wanted?: string,
  from?: number,
): Promise<ExitCode> {
  const folder = world.folder(stack);
  return alone(world, folder, ownerOf(asker, wanted), async () => {
    refuseUnfinished(folder);
    if (from !== undefined && folder.current().n !== from) {
      throw new SlipwayError(`release #${from} of ${stack} is not live any more; see \`status\``, ExitCode.Refused);
    }
    const target = rollbackTarget(folder.records(), wanted);
    const kept = folder.kept(target.n);
    if (kept === undefined) {
      throw new SlipwayError(
        `release #${target.n} is no longer on this node; take another one of \`releases\``,
        ExitCode.Refused,
      );
    }
    const asked = askedBy(kept, asker);
    const flipped = await flipToKept(world, folder, target.n, asked);
    const outcome = flipped ?? (await applyRelease(world, folder, asked.release, 'rollback'));
    return report(world, folder, kept.release, outcome);
  });
}

/** The release with whoever wants it back, and why, in the place of those who released it. */
function askedBy({ release, resolved }: KeptRelease, { by, reason, runUrl }: Asker): KeptRelease {
  const { reason: _reason, runUrl: _runUrl, canary: _canary, ...manifest } = release.manifest;
  const about = { by, ...(reason !== undefined && { reason }), ...(runUrl !== undefined && { runUrl }) };
  return { resolved, release: { ...release, manifest: { ...manifest, ...about, pause: false } } };
}
