import { SlipwayError } from '../slipway-error';

/** Where images of an application are. */
export interface ImageRepository {
  /** Name as Docker takes it, e.g. `registry.example.org/webshop`. */
  readonly reference: string;
  /** What `docker login` is told. */
  readonly server: string;
  /** Address of the registry's API. */
  readonly url: string;
  /** Name within the registry, e.g. `webshop` or `team/webshop`. */
  readonly name: string;
}

const NAME = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const HUB = { server: 'docker.io', url: 'https://registry-1.docker.io' };

/** Takes the name of a repository apart, by Docker's rules: the first part is a host when it looks like one. */
export function imageRepository(reference: string): ImageRepository {
  const slash = reference.indexOf('/');
  const first = slash < 0 ? '' : reference.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const name = hasHost ? reference.slice(slash + 1) : reference;
  if (!NAME.test(name)) {
    throw new SlipwayError(
      `image repository is "${reference}", allowed is a name without a tag, e.g. registry.example.org/webshop; ` +
        'correct `image.repository` in stacks/environments/application.ts',
    );
  }
  if (!hasHost) return { reference, ...HUB, name: name.includes('/') ? name : `library/${name}` };
  return { reference, server: first, url: `${isLoopback(first) ? 'http' : 'https'}://${first}`, name };
}

/** Tag of the image that was built from a commit. */
export function commitTag(commit: string): string {
  return `git-commit-${commit.slice(0, 7)}`;
}

/** Docker, too, speaks to these without TLS. */
function isLoopback(server: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+)(?::\d+)?$/.test(server);
}
