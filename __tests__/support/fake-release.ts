import type { Manifest, Release, ServiceFile } from '../../scripts/domain/release/release';
import type { FakeNode } from './fake-node';
import type { FakeMode } from './fake-tasks';
import { healthcheck, minimalRelease, service } from './release-documents';

export interface FakeReleaseOptions {
  readonly mode?: FakeMode;
  readonly manifest?: Partial<Manifest>;
  readonly web?: Partial<ServiceFile>;
  /** Services beside `web`. */
  readonly services?: Readonly<Record<string, ServiceFile>>;
  readonly stack?: Partial<Omit<Release['stack'], 'services'>>;
}

/** A release of the service `web`, which is pushed on the way. */
export function webRelease(node: FakeNode, version: string, options: FakeReleaseOptions = {}): Release {
  const { mode, manifest, web, services, stack } = options;
  const check = { path: '/healthz', version: { path: '/version' }, smoke: ['/'] };
  return {
    ...minimalRelease,
    manifest: { ...minimalRelease.manifest, version, check, watchSeconds: 2, drainSeconds: 1, ...manifest },
    stack: {
      ...stack,
      services: { web: service('web', { image: node.push(version, mode), healthcheck, ...web }), ...services },
    },
  };
}

/** A further service, which is pushed on the way. */
export function otherService(node: FakeNode, name: string, version: string, mode?: FakeMode): ServiceFile {
  return service(name, { image: node.push(version, mode, name), healthcheck });
}
