import { ExitCode } from '../domain/exit-code';
import { commitTag } from '../domain/image/image-repository';
import { SlipwayError } from '../domain/slipway-error';
import type { Deployable, DeployWish } from './deploy';
import type { DeployPorts } from './deploy-ports';
import { assertFits, REVISION_LABEL } from './images';

/** The image of a wish, which every later step names by its digest. */
export interface FoundImage {
  readonly digest: string;
  readonly commit: string;
}

/**
 * Asks the registry for the image of a version, or of a commit.
 *
 * @throws SlipwayError: exit code 9 when it is missing or was moved since it was checked, 4 when it does not fit
 */
export async function findImage(
  { find }: Pick<DeployPorts, 'find'>,
  { image: settings }: Deployable,
  wish: Pick<DeployWish, 'version' | 'commit' | 'digest'>,
): Promise<FoundImage> {
  const tag = wish.commit === undefined ? wish.version : commitTag(wish.commit);
  const image = await find(tag);
  if (image === undefined) {
    const built = wish.commit === undefined ? ` ${wish.version}` : '';
    throw new SlipwayError(
      `${settings.repository} has no ${tag}; build it first: slipway build${built} --commit ${wish.commit ?? wish.version}`,
      ExitCode.Refused,
    );
  }
  const commit = image.labels[REVISION_LABEL];
  if (commit === undefined) {
    throw new SlipwayError(
      `image ${settings.repository}:${tag} does not say which commit it was built from; build it with slipway build`,
      ExitCode.BuildFailed,
    );
  }
  assertFits(settings, image, wish.commit ?? commit);
  if (wish.digest === undefined || wish.digest === image.digest) return { digest: image.digest, commit };
  throw new SlipwayError(
    `${tag} is ${image.digest} by now, and ${wish.digest} was checked; somebody has moved the tag: release anew`,
    ExitCode.Refused,
  );
}
