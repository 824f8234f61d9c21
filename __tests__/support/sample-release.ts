import type { Manifest, Release, ServiceFile } from '../../scripts/domain/release/release';

export interface SampleOptions {
  readonly version: string;
  /** Image of the service `web`. */
  readonly image: string;
  readonly replicas?: number;
  readonly manifest?: Partial<Manifest>;
  readonly web?: Partial<ServiceFile>;
  /** Services beside `web`. */
  readonly services?: Readonly<Record<string, ServiceFile>>;
  readonly stack?: Partial<Omit<Release['stack'], 'services'>>;
}

/** A release of the sample application with one routed service, `web`. */
export function sampleRelease(options: SampleOptions): Release {
  const { version, image, replicas = 1, manifest, web, services, stack } = options;
  return {
    format: 1,
    manifest: {
      stack: 'webshop-prod',
      version,
      commit: '0123456789abcdef0123456789abcdef01234567',
      by: 'test',
      routes: { web: { port: 8080 } },
      check: { path: '/healthz', version: { path: '/version' }, smoke: ['/'] },
      watchSeconds: 2,
      drainSeconds: 2,
      deadlineSeconds: 60,
      ...manifest,
    },
    stack: { ...stack, services: { web: { ...sampleService(image, replicas), ...web }, ...services } },
  };
}

/** A service of the sample application. */
export function sampleService(image: string, replicas = 1): ServiceFile {
  return {
    image,
    healthcheck: {
      test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/healthz'],
      interval: '1s',
      timeout: '2s',
      retries: 3,
      start_period: '20s',
    },
    stop_grace_period: '20s',
    deploy: { replicas, resources: { limits: { memory: '128M' } } },
  };
}
