import type { ImageSettings } from '../../stacks/environments/application';
import type { ImageFacts, ImageRegistry } from '../adapters/registry';
import { ExitCode } from '../domain/exit-code';
import { commitTag } from '../domain/image/image-repository';
import { SlipwayError } from '../domain/slipway-error';
import type { ImagePort } from './release-ports';

export interface ImagePorts {
  readonly registry: Pick<ImageRegistry, 'find' | 'tag'>;
  readonly settings: ImageSettings;
  /** Builds the image of a commit and pushes it under the commit's tag. */
  readonly build: (version: string, commit: string) => Promise<void>;
  readonly log: (line: string) => void;
}

/** Label with the commit that an image was built from. */
export const REVISION_LABEL = 'org.opencontainers.image.revision';
/** Label with the version that it was built as, which it says of itself when it runs. */
export const VERSION_LABEL = 'org.opencontainers.image.version';
const LATEST = 'latest';

/**
 * Images of a release. One is built once a commit, and again only when it is to say another version of itself; what else it is
 * called, its version and `latest`, are further names of the same digest, given by the registry itself.
 */
export function images({ registry, settings, build, log }: ImagePorts): ImagePort {
  return {
    build: async (version, commit) => {
      const tag = commitTag(commit);
      const known = await registry.find(tag);
      const isKnown = known !== undefined && (known.labels[VERSION_LABEL] ?? version) === version;
      if (isKnown) log(`${settings.repository}:${tag} is there already`);
      else await build(version, commit);
      const image = isKnown ? known : await registry.find(tag);
      if (!image) throw failure(`${tag} was built, but the registry does not have it`, 'push it again');
      assertFits(settings, image, commit);
      return image.digest;
    },
    name: async (version, digest) => {
      const named = await registry.find(version);
      if (named?.digest === digest) return;
      if (named) {
        const next = 'a version is never given to another image; release the next one';
        throw failure(`${version} is the name of ${named.digest} already, not of ${digest}`, next);
      }
      await registry.tag(digest, version);
    },
    moveLatest: digest => registry.tag(digest, LATEST),
  };
}

/** @throws SlipwayError (exit code 4) for an image that is not of this commit, or not for the nodes' processors */
export function assertFits({ architecture }: ImageSettings, image: ImageFacts, commit: string): void {
  const tag = commitTag(commit);
  const revision = image.labels[REVISION_LABEL];
  if (revision !== commit) {
    throw failure(`${tag} says that it was built from ${revision ?? 'nothing'}, not from ${commit}`, 'remove that tag');
  }
  if (architecture !== undefined && !image.architectures.includes(architecture)) {
    const is = image.architectures.join(', ');
    throw failure(
      `${tag} is for ${is}, and the nodes are ${architecture}`,
      'build it on such a machine, see `image.builder`',
    );
  }
}

function failure(what: string, next: string): SlipwayError {
  return new SlipwayError(`image ${what}; ${next}`, ExitCode.BuildFailed);
}
