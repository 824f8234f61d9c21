import type { Release } from '../../domain/release/release';

/** An emulated machine needs seconds to start a health check, so it is asked seldom and waited for long. */
const HEALTH_CHECK = {
  test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1:8080/healthz'],
  interval: '15s',
  timeout: '60s',
  retries: 5,
  start_period: '300s',
};

/** A release of the sample application, as `slipway deploy` hands it to a node. */
export function sampleRelease(stack: string, version: string, image: string): Release {
  return {
    format: 1,
    manifest: {
      stack,
      version,
      commit: '0123456789abcdef0123456789abcdef01234567',
      by: 'rehearsal',
      routes: { web: { port: 8080 } },
      check: { path: '/healthz', version: { path: '/version' } },
      watchSeconds: 5,
      drainSeconds: 2,
      deadlineSeconds: 600,
    },
    stack: {
      services: {
        web: { image, healthcheck: HEALTH_CHECK, deploy: { replicas: 1, resources: { limits: { memory: '128M' } } } },
      },
    },
  };
}
