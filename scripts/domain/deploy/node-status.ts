import type { LiveRelease } from '../../release/deployer';

/** What the release program says of a stack, as far as it is read here. */
export interface NodeStatus {
  readonly stack: string;
  /** Null before the first release. */
  readonly version: string | null;
  readonly commit: string | null;
  readonly services: readonly {
    readonly service: string;
    readonly image: string;
    readonly role: 'live' | 'kept' | 'other';
    readonly running: number;
    readonly wanted: number;
  }[];
  /** What is not as the last release left it. */
  readonly dirty: readonly string[];
  readonly lock?: { readonly by: string };
  readonly unfinished?: { readonly state: string };
  readonly migrationLevel: number | null;
}

/**
 * What serves, and in which state.
 *
 * @param repository  repository of the application's image, e.g. `registry.example.org/webshop`
 * @returns undefined before the first release
 */
export function liveRelease(status: NodeStatus, repository: string): LiveRelease | undefined {
  const { version, commit } = status;
  if (version === null || commit === null) return undefined;
  const [digest = ''] = liveDigests(status, repository);
  return { version, commit, digest, healthy: unhealthy(status).length === 0 };
}

/** Digests of the application's image that serve, each once: two where only some services were released. */
export function liveDigests({ services }: NodeStatus, repository: string): readonly string[] {
  const images = services.filter(({ role, image }) => role === 'live' && isOf(image, repository));
  return [...new Set(images.map(({ image }) => image.slice(image.indexOf('@') + 1)))];
}

/** Why what serves is not to be relied on; nothing when it is. */
export function unhealthy({ services, dirty, unfinished }: NodeStatus): string[] {
  const few = services.filter(({ role, running, wanted }) => role === 'live' && running < wanted);
  return [
    ...dirty,
    ...(unfinished === undefined ? [] : [`a release there is ${unfinished.state}`]),
    ...few.map(({ service, running, wanted }) => `${service} runs ${running} of ${wanted} tasks`),
  ];
}

function isOf(image: string, repository: string): boolean {
  return image.startsWith(`${repository}:`) || image.startsWith(`${repository}@`);
}
